package dev.sluice.mysql.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BinlogFiltersTest {

  @Test
  void namesAndTheirAbsence() {
    assertThat(BinlogFilters.parse("", "").logs("commerce")).isTrue();
    assertThat(BinlogFilters.parse(null, null).logs("commerce")).isTrue();
    assertThat(BinlogFilters.parse("", "audit,commerce").logs("commerce")).isFalse();
    assertThat(BinlogFilters.parse("", "audit").logs("commerce")).isTrue();
    assertThat(BinlogFilters.parse("commerce", "").logs("commerce")).isTrue();
    assertThat(BinlogFilters.parse("commerce", "").logs("_sluice")).isFalse();
  }
}
