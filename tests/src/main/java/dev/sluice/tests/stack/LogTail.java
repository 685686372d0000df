package dev.sluice.tests.stack;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of a log file, for messages about a server that failed. */
public final class LogTail {
  private static final int MAX_BYTES = 16 * 1024;

  private LogTail() {}

  /** The last lines, at most {@code lines}, each indented; a sentence when there is no log. */
  public static String of(Path file, int lines) {
    if (!Files.isRegularFile(file)) {
      return "  (no log at " + file + ")";
    }
    try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
      long start = Math.max(0, reader.length() - MAX_BYTES);
      reader.seek(start);
      byte[] bytes = new byte[(int) (reader.length() - start)];
      reader.readFully(bytes);
      List<String> all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      List<String> last = all.subList(Math.max(0, all.size() - lines), all.size());
      return "  " + String.join("\n  ", last) + "\n  (whole log: " + file + ")";
    } catch (IOException e) {
      return "  (log " + file + " cannot be read: " + e.getMessage() + ")";
    }
  }
}
