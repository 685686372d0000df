package dev.sluice.mysql.ddl;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mark by which a capture knows a statement that Sluice itself runs: a comment with the token
 * that the checkpoint row announces. Stateless.
 */
public final class OwnDdl {

  private static final Pattern MARK =
      Pattern.compile("/\\* sluice ([0-9a-f-]{36})(?: ([0-9a-f]{64}))? \\*/");

  private OwnDdl() {}

  /**
   * The statement with its mark.
   *
   * @param token 36 characters, a UUID
   * @param before digest of the table's definition before it
   */
  public static String marked(String statement, String token, String before) {
    // not at an end, where the engine leaves comments out
    int at = DdlTokens.of(statement).get(0).end();
    String mark = " /* sluice " + token + " " + before + " */";
    return statement.substring(0, at) + mark + statement.substring(at);
  }

  /** True when the statement carries this token's mark. */
  public static boolean carries(String statement, String token) {
    Matcher mark = MARK.matcher(statement);
    return mark.find() && mark.group(1).equals(token);
  }

  /** The digest in a statement's mark; empty when it has none. */
  public static Optional<String> before(String statement) {
    Matcher mark = MARK.matcher(statement);
    return mark.find() ? Optional.ofNullable(mark.group(2)) : Optional.empty();
  }
}
