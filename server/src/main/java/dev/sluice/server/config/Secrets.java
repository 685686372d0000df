package dev.sluice.server.config;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${env:NAME}} and {@code ${file:/path}} in texts of the configuration.
 * Thread-safe.
 */
public final class Secrets {

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):([^}]+)}");

  private final Map<String, String> environment;

  public Secrets(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Resolves the text anew at each call, as {@link #resolveAtWork} does. */
  public Supplier<String> supplier(String text) {
    return () -> resolveAtWork(text);
  }

  /**
   * The text with every reference replaced, for somebody at work: while a secret is exchanged its
   * file may be away for a moment.
   *
   * @throws SluiceException MYSQL_ACCESS_DENIED, which is retried
   */
  public String resolveAtWork(String text) {
    try {
      return resolve(text);
    } catch (IllegalArgumentException e) {
      throw new SluiceException(
          ErrorCode.MYSQL_ACCESS_DENIED,
          "a secret of sluice.yaml cannot be read: " + e.getMessage(),
          "put it back; it is read again at each attempt",
          e);
    }
  }

  /**
   * The text with every reference replaced.
   *
   * @throws IllegalArgumentException when a variable or file is missing; never with a secret in it
   */
  public String resolve(String text) {
    Matcher matcher = REFERENCE.matcher(text);
    StringBuilder resolved = new StringBuilder();
    while (matcher.find()) {
      String value =
          matcher.group(1).equals("env") ? variable(matcher.group(2)) : file(matcher.group(2));
      matcher.appendReplacement(resolved, Matcher.quoteReplacement(value));
    }
    matcher.appendTail(resolved);
    return resolved.toString();
  }

  private String variable(String name) {
    String value = environment.get(name);
    if (value == null) {
      throw new IllegalArgumentException("environment variable " + name + " is not set");
    }
    return value;
  }

  /** A file's content without the line end that editors add. */
  private static String file(String path) {
    try {
      return Files.readString(Path.of(path)).replaceFirst("\\R\\z", "");
    } catch (IOException e) {
      throw new IllegalArgumentException("file " + path + " cannot be read", e);
    }
  }
}
