package dev.sluice.mysql.session;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Percent-encoding for the path of a JDBC address. */
final class UrlText {

  private UrlText() {}

  /** The text with every byte outside letters, digits and {@code -_.*} as {@code %XX}. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
