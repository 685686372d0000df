package dev.sluice.vdiff.touched;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.SluiceJson;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A chunk that was touched must never be taken for untouched, whatever comes in whatever order. */
class TouchedChunksTest {

  private static final KeyOrder NUMBERS =
      new KeyOrder(List.of("id"), List.of(KeyOrder.Form.NUMBER));
  private static final int KEYS = 200;

  /**
   * What is true: chunks as ranges, and for each key whether it has changed since its chunk was
   * compared last.
   */
  private static final class Model {
    private final List<Integer> bounds = new ArrayList<>();
    private final Set<Integer> changed = new HashSet<>();
    private boolean ended;

    private int chunkOf(int key) {
      int chunk = 0;
      while (chunk < bounds.size() && bounds.get(chunk) != null && key > bounds.get(chunk)) {
        chunk++;
      }
      return chunk;
    }
  }

  @Test
  void noTouchedChunkIsTakenForUntouched() {
    for (long seed = 0; seed < 2_000; seed++) {
      run(seed);
    }
  }

  private static void run(long seed) {
    Random random = new Random(seed);
    TouchedChunks touched = new TouchedChunks("u", Direction.FORWARD, Map.of("t", NUMBERS));
    Model model = new Model();
    for (int step = 0; step < 60; step++) {
      switch (random.nextInt(model.ended ? 5 : 3)) {
        case 0 -> change(touched, model, random.nextInt(KEYS));
        case 1 -> touched = written(touched, model, random);
        case 2 -> next(touched, model, random);
        case 3 -> refresh(touched, model, random);
        default -> {
          if (random.nextInt(10) == 0) {
            touched.touchAll();
          }
        }
      }
      covers(seed, touched, model);
    }
  }

  private static void change(TouchedChunks touched, Model model, int key) {
    touched.touch("t", List.of("id"), new Object[] {(long) key});
    model.changed.add(key);
  }

  /** A chunk is handed out; its snapshot may be older than changes that were heard already. */
  private static void next(TouchedChunks touched, Model model, Random random) {
    if (model.ended) {
      return;
    }
    int from = model.bounds.isEmpty() ? -1 : model.bounds.get(model.bounds.size() - 1);
    int upTo = from + 1 + random.nextInt(40);
    boolean last = upTo >= KEYS - 1 || random.nextInt(5) == 0;
    touched.add("t", last ? null : List.of(Integer.toString(upTo)));
    model.bounds.add(last ? null : upTo);
    model.ended = last;
  }

  /** The process is replaced: what it had handed out and not written is handed out anew. */
  private static TouchedChunks written(TouchedChunks touched, Model model, Random random) {
    TouchedState state = SluiceJson.read(SluiceJson.write(touched.state()), TouchedState.class);
    if (!model.ended && !model.bounds.isEmpty() && random.nextBoolean()) {
      model.bounds.remove(model.bounds.size() - 1);
    }
    List<List<String>> bounds = new ArrayList<>();
    model.bounds.forEach(bound -> bounds.add(bound == null ? null : List.of("" + bound)));
    return TouchedChunks.of(state, Map.of("t", bounds));
  }

  /** Changes go on while it is decided what is compared again. */
  private static void refresh(TouchedChunks touched, Model model, Random random) {
    touched.beginGeneration();
    Set<Integer> later = new HashSet<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      int key = random.nextInt(KEYS);
      change(touched, model, key);
      later.add(key);
    }
    BitSet again = touched.touched("t");
    for (int key : model.changed) {
      assertThat(again.get(model.chunkOf(key))).as("key %s", key).isTrue();
    }
    int kept = model.bounds.size();
    if (again.get(kept - 1)) {
      kept--;
      model.bounds.remove(kept);
      model.ended = false;
    }
    touched.endGeneration(Map.of("t", kept));
    model.changed.retainAll(later);
  }

  private static void covers(long seed, TouchedChunks touched, Model model) {
    BitSet marked = touched.touched("t");
    for (int key : model.changed) {
      int chunk = model.chunkOf(key);
      if (chunk < model.bounds.size()) {
        assertThat(marked.get(chunk)).as("seed %s, key %s", seed, key).isTrue();
      }
    }
  }

  @Test
  void onlyTheChunkOfTheKeyIsMarked() {
    TouchedChunks touched = new TouchedChunks("u", Direction.FORWARD, Map.of("t", NUMBERS));
    touched.add("t", List.of("10"));
    touched.add("t", List.of("20"));
    touched.add("t", null);

    touched.touch("t", List.of("id"), new Object[] {20L});

    assertThat(touched.touched("t").stream().boxed()).containsExactly(1);
  }

  @Test
  void keysAreOrderedAsMySqlOrdersThem() {
    KeyOrder order =
        new KeyOrder(List.of("b", "n"), List.of(KeyOrder.Form.BYTES, KeyOrder.Form.NUMBER));
    TouchedChunks touched = new TouchedChunks("u", Direction.FORWARD, Map.of("t", order));
    touched.add("t", List.of("7F", "18446744073709551615"));
    touched.add("t", List.of("FF", "-5"));
    touched.add("t", null);

    // bytes have no sign, names say which value is which
    touched.touch("t", List.of("n", "b"), new Object[] {-6L, new byte[] {(byte) 0xFF}});

    assertThat(touched.touched("t").stream().boxed()).containsExactly(1);
  }

  @Test
  void whereCollationsOrderKeysAllChunksAreMarked() {
    KeyOrder order = new KeyOrder(List.of("name"), List.of(KeyOrder.Form.UNKNOWN));
    TouchedChunks touched = new TouchedChunks("u", Direction.FORWARD, Map.of("t", order));
    touched.add("t", List.of("61"));
    touched.add("t", null);
    assertThat(touched.touched("t").isEmpty()).isTrue();

    touched.touch("t", List.of("name"), new Object[] {"a"});

    assertThat(touched.touched("t").stream().boxed()).containsExactly(0, 1);
  }
}
