package dev.sluice.mysql.gtid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GtidSetTest {

  private static final String A = "0a1fa47b-71ca-11e1-9e33-c80aa9429562";
  private static final String B = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  private static final String[] SOURCES = {A, B, A + ":tag_1", B + ":x"};

  @Test
  void readsMySqlsFormAndWritesItInOrder() {
    GtidSet set =
        GtidSet.parse(B.toUpperCase(Locale.ROOT) + ":7:1-3:4-5,\n " + A + ":2:TAG:1-2:9,,");
    assertThat(set).hasToString(A + ":2:tag:1-2:9," + B + ":1-5:7");
    assertThat(set.count()).isEqualTo(1 + 3 + 6);
    assertThat(GtidSet.parse("")).isEqualTo(GtidSet.EMPTY);
    assertThat(GtidSet.parse(set.toString())).isEqualTo(set).hasSameHashCodeAs(set);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "0a1fa47b-71ca-11e1-9e33-c80aa9429562",
        "0a1fa47b-71ca-11e1-9e33-c80aa9429562:",
        "0a1fa47b-71ca-11e1-9e33-c80aa9429562:0",
        "0a1fa47b-71ca-11e1-9e33-c80aa9429562:5-3",
        "0a1fa47b-71ca-11e1-9e33-c80aa9429562:tag",
        "0a1fa47b-71ca-11e1-9e33-c80aa9429562:1-x"
      })
  void refusesWhatIsNotASet(String text) {
    assertThatThrownBy(() -> GtidSet.parse(text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GtidSet.EMPTY.add(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void operationsAgreeWithNaiveSets() {
    long seed = 4_711;
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      Set<String> naiveOne = new TreeSet<>();
      Set<String> naiveOther = new TreeSet<>();
      GtidSet one = random(random, naiveOne);
      GtidSet other = random(random, naiveOther);
      String place = "seed " + seed + " round " + round;

      Set<String> union = new TreeSet<>(naiveOne);
      union.addAll(naiveOther);
      Set<String> difference = new TreeSet<>(naiveOne);
      difference.removeAll(naiveOther);

      assertThat(one.union(other)).as(place).isEqualTo(of(union));
      assertThat(one.subtract(other)).as(place).isEqualTo(of(difference));
      assertThat(one.contains(other)).as(place).isEqualTo(naiveOne.containsAll(naiveOther));
      assertThat(one.union(other).contains(one)).as(place).isTrue();
      assertThat(one.count()).as(place).isEqualTo(naiveOne.size());
      assertThat(GtidSet.parse(one.toString())).as(place).isEqualTo(one);
    }
  }

  private static GtidSet random(Random random, Set<String> naive) {
    GtidSet set = GtidSet.EMPTY;
    int size = random.nextInt(25);
    for (int i = 0; i < size; i++) {
      String gtid = SOURCES[random.nextInt(SOURCES.length)] + ":" + (1 + random.nextInt(15));
      naive.add(gtid);
      set = set.add(gtid);
    }
    return set;
  }

  private static GtidSet of(Set<String> gtids) {
    GtidSet set = GtidSet.EMPTY;
    for (String gtid : gtids) {
      set = set.add(gtid);
    }
    return set;
  }

  @Test
  void addingInOrderKeepsOneInterval() {
    GtidSet set = GtidSet.EMPTY;
    for (int i = 1; i <= 100_000; i++) {
      set = set.add(A + ":" + i);
    }
    assertThat(set).hasToString(A + ":1-100000");
    assertThat(set.add(A + ":5")).isSameAs(set);
  }
}
