package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyHashTest {

  @Test
  void agreesWithThePublishedVectors() {
    assertThat(KeyHash.firstBit(1)).isZero();
    assertThat(KeyHash.firstBit(2)).isOne();
    assertThat(KeyHash.firstBit(3)).isZero();
  }
}
