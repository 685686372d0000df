package dev.sluice.server;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a process can do; any subset in one process. */
public enum Role {
  CONTROLLER,
  CAPTURE,
  APPLY,
  VDIFF;

  /** The word used on the command line and in group names. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads {@code controller,capture}.
   *
   * @throws SluiceException INVALID_CONFIGURATION naming every unknown word
   */
  public static Set<Role> parse(String words) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    List<String> unknown = new ArrayList<>();
    for (String word : words.split(",")) {
      Arrays.stream(values())
          .filter(role -> role.word().equals(word.trim()))
          .findFirst()
          .ifPresentOrElse(roles::add, () -> unknown.add(word.trim()));
    }
    if (!unknown.isEmpty() || roles.isEmpty()) {
      throw new SluiceException(
          ErrorCode.INVALID_CONFIGURATION,
          "--roles: unknown " + unknown,
          "choose from "
              + Arrays.stream(values()).map(Role::word).collect(Collectors.joining(",")));
    }
    return roles;
  }
}
