package dev.sluice.capture.engine;

import java.util.Collection;
import java.util.Locale;
import java.util.TreeMap;

/**
 * One regular expression for many names, in the time that one name takes: the engine tries every
 * pattern of its lists on every row event, and a move may have hundreds of tables.
 */
final class NamePattern {

  private final TreeMap<Integer, NamePattern> next = new TreeMap<>();
  private boolean end;

  private NamePattern() {}

  /** A pattern without commas, which would end it in a list, that matches exactly these names. */
  static String of(Collection<String> names) {
    NamePattern root = new NamePattern();
    names.forEach(root::add);
    StringBuilder out = new StringBuilder();
    root.write(out);
    return out.toString();
  }

  private void add(String name) {
    NamePattern at = this;
    for (int point : name.codePoints().toArray()) {
      at = at.next.computeIfAbsent(point, unused -> new NamePattern());
    }
    at.end = true;
  }

  private void write(StringBuilder out) {
    if (next.isEmpty()) {
      return;
    }
    boolean group = end || next.size() > 1;
    out.append(group ? "(?:" : "");
    int before = 0;
    for (var entry : next.entrySet()) {
      out.append(before++ > 0 ? "|" : "");
      append(out, entry.getKey());
      entry.getValue().write(out);
    }
    out.append(group ? ")" : "").append(end ? "?" : "");
  }

  private static void append(StringBuilder out, int point) {
    boolean plain =
        point >= 'a' && point <= 'z'
            || point >= 'A' && point <= 'Z'
            || point >= '0' && point <= '9'
            || point == '_';
    out.append(plain ? Character.toString(point) : String.format(Locale.ROOT, "\\x{%x}", point));
  }
}
