package dev.sluice.tests.quickstart;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * What the quick start prints: numbered steps with the time they took, and one line that is drawn
 * again.
 */
final class Steps {

  private static final int LINE_WIDTH = 118;

  private final PrintWriter out;
  private final boolean terminal = System.console() != null;
  private final long began = System.nanoTime();
  private int number;
  private boolean lineOpen;

  Steps(PrintWriter out) {
    this.out = out;
  }

  /** Announces a step. */
  void begin(String text) {
    endLine();
    number++;
    out.printf(Locale.ROOT, "%n[%5.1f s] %d. %s%n", seconds(), number, text);
    out.flush();
  }

  /** A fact under the present step. */
  void say(String format, Object... values) {
    endLine();
    out.println("            " + String.format(Locale.ROOT, format, values));
    out.flush();
  }

  /** Draws the live line again; where there is no terminal each state is a line of its own. */
  void live(String text) {
    if (terminal) {
      String padded =
          text.length() >= LINE_WIDTH
              ? text.substring(0, LINE_WIDTH)
              : text + " ".repeat(LINE_WIDTH - text.length());
      out.print("\r            " + padded);
      lineOpen = true;
    } else {
      out.println("            " + text);
    }
    out.flush();
  }

  /** Time since the quick start began. */
  double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }

  boolean isTerminal() {
    return terminal;
  }

  private void endLine() {
    if (lineOpen) {
      out.println();
      lineOpen = false;
    }
  }
}
