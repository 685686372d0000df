package dev.sluice.capture.engine;

import java.util.Map;

/**
 * A cut's engine offset in the form that the engine reads: JSON with the position as a number.
 * Stateless.
 */
final class EngineOffset {

  private EngineOffset() {}

  static String json(Map<String, String> offset) {
    String gtids = offset.getOrDefault("gtids", "");
    StringBuilder out = new StringBuilder("{\"file\":\"");
    out.append(checked(offset.getOrDefault("file", "")));
    out.append("\",\"pos\":").append(Long.parseLong(offset.getOrDefault("pos", "4")));
    if (!gtids.isEmpty()) {
      out.append(",\"gtids\":\"").append(checked(gtids)).append('"');
    }
    return out.append('}').toString();
  }

  private static String checked(String text) {
    if (text.indexOf('"') >= 0 || text.indexOf('\\') >= 0) {
      throw new IllegalArgumentException("\"" + text + "\" cannot be part of an engine offset");
    }
    return text.replace("\n", "");
  }
}
