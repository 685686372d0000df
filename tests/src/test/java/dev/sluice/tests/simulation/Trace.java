package dev.sluice.tests.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * What happened, as text; kept only when asked for, since ten thousand runs are silent and the one
 * that fails is run again. Bounded. Not thread-safe.
 */
final class Trace {

  private static final int MOST_LINES = 4_000;

  private final boolean kept;
  private final Deque<String> lines = new ArrayDeque<>();
  private int depth;

  Trace(boolean kept) {
    this.kept = kept;
  }

  void say(Supplier<String> line) {
    if (!kept) {
      return;
    }
    if (lines.size() == MOST_LINES) {
      lines.removeFirst();
    }
    lines.addLast("  ".repeat(depth) + line.get());
  }

  /** What follows happens in the midst of another step. */
  void deeper() {
    depth++;
  }

  void back() {
    depth--;
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
