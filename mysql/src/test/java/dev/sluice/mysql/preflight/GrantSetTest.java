package dev.sluice.mysql.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrantSetTest {

  private final GrantSet grants =
      GrantSet.parse(
          List.of(
              "GRANT REPLICATION SLAVE, PROCESS ON *.* TO `u`@`%`",
              "GRANT CONNECTION_ADMIN ON *.* TO `u`@`%`",
              "GRANT SELECT, INSERT ON `shop\\_%`.* TO `u`@`%`",
              "GRANT SELECT ON `a_c`.* TO 'u'@'%' WITH GRANT OPTION",
              "GRANT UPDATE ON `shop_1`.`only` TO `u`@`%`",
              "GRANT ALL PRIVILEGES ON `b``q`.* TO `u`@`%`",
              "GRANT PROXY ON ``@`` TO `root`@`localhost` WITH GRANT OPTION"));

  @Test
  void globalPrivilegesCountEverywhere() {
    assertThat(grants.missingGlobally(Set.of("PROCESS", "CONNECTION_ADMIN", "SUPER")))
        .containsExactly("SUPER");
    assertThat(grants.missingOn("x", Set.of("PROCESS"))).isEmpty();
  }

  @Test
  void patternsMatchAsMySqlMatchesThem() {
    assertThat(grants.missingOn("shop_1", Set.of("SELECT", "INSERT"))).isEmpty();
    assertThat(grants.missingOn("shopx1", Set.of("SELECT"))).containsExactly("SELECT");
    assertThat(grants.missingOn("abc", Set.of("SELECT"))).isEmpty();
    assertThat(grants.missingOn("b`q", Set.of("DROP", "ALTER"))).isEmpty();
  }

  @Test
  void aGrantOnOneTableIsNoGrantOnTheSchema() {
    assertThat(grants.missingOn("shop_1", Set.of("UPDATE"))).containsExactly("UPDATE");
    assertThat(grants.missingOn("shop_1", "only", Set.of("UPDATE", "SELECT"))).isEmpty();
    assertThat(grants.missingOn("shop_1", "other", Set.of("UPDATE"))).containsExactly("UPDATE");
    assertThat(grants.hasTableGrants("shop_1")).isTrue();
    assertThat(grants.hasTableGrants("abc")).isFalse();
  }

  @Test
  void privilegesOnColumnsDoNotCount() {
    GrantSet columns =
        GrantSet.parse(List.of("GRANT SELECT (`a`, `b`), INSERT ON `s`.`t` TO `u`@`%`"));
    assertThat(columns.missingOn("s", "t", Set.of("SELECT", "INSERT"))).containsExactly("SELECT");
  }

  @Test
  void aPartialRevokeTakesAwayWhatAllOfTheServerGives() {
    GrantSet revoked =
        GrantSet.parse(
            List.of(
                "GRANT SELECT, INSERT ON *.* TO `u`@`%`",
                "GRANT INSERT ON `a_c`.* TO `u`@`%`",
                "REVOKE SELECT, INSERT ON `a_c`.* FROM `u`@`%`"),
            true);
    assertThat(revoked.missingOn("a_c", Set.of("SELECT", "INSERT"))).containsExactly("SELECT");
    assertThat(revoked.missingOn("abc", Set.of("SELECT"))).isEmpty();
    assertThat(revoked.missingOn("mysql", "db", Set.of("SELECT"))).isEmpty();
  }
}
