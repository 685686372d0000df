package dev.sluice.mysql.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuotingTest {

  @Test
  void identifiersCannotBreakOutOfTheirBackticks() {
    assertThat(Identifiers.quote("a`; DROP TABLE x; -- ")).isEqualTo("`a``; DROP TABLE x; -- `");
    assertThat(Identifiers.qualified("s`", "t")).isEqualTo("`s```.`t`");
    assertThat(Identifiers.list(List.of("a", "b`"))).isEqualTo("`a`, `b```");
  }

  @Test
  void impossibleIdentifiersAreRefused() {
    assertThatThrownBy(() -> Identifiers.quote("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Identifiers.quote("a\0b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stringsEscapeEverythingThatEndsOrChangesALiteral() {
    assertThat(Literals.string("a'b\\c\0\n\r\u001a\"")).isEqualTo("'a''b\\\\c\\0\\n\\r\\Z\"'");
    assertThat(Literals.string("\\'")).isEqualTo("'\\\\'''");
    assertThat(Literals.string(null)).isEqualTo("NULL");
  }

  @Test
  void bytesAndNumbers() {
    assertThat(Literals.bytes(new byte[] {0, 15, -1})).isEqualTo("X'000FFF'");
    assertThat(Literals.bytes(new byte[0])).isEqualTo("X''");
    assertThat(Literals.bytes(null)).isEqualTo("NULL");
    assertThat(Literals.number(new BigDecimal("1E+3"))).isEqualTo("1000");
    assertThat(Literals.number(Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
    assertThat(Literals.number((Long) null)).isEqualTo("NULL");
  }
}
