package dev.sluice.bench.measure;

import dev.sluice.bench.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a garbage-collection log ({@code -Xlog:gc}) says about the heap.
 *
 * @param peakUsedMebibytes the fullest heap, garbage included
 * @param peakLiveMebibytes the fullest heap right after a full collection
 * @param collections pauses in the log
 * @param fullCollections full collections in the log
 */
public record GcLog(
    long peakUsedMebibytes, long peakLiveMebibytes, int collections, int fullCollections) {
  private static final Pattern PAUSE =
      Pattern.compile("Pause (Full)?.* (\\d+)M->(\\d+)M\\(\\d+M\\)");

  /**
   * Reads a log.
   *
   * @throws BenchException when it cannot be read
   */
  public static GcLog read(Path file) {
    return read(file, 0);
  }

  /** The same, without the first so many pauses. */
  public static GcLog read(Path file, int after) {
    try (Stream<String> lines = Files.lines(file)) {
      return of(lines.filter(line -> PAUSE.matcher(line).find()).skip(after));
    } catch (IOException e) {
      throw new BenchException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  static GcLog of(Stream<String> lines) {
    long used = 0;
    long live = 0;
    int collections = 0;
    int fullCollections = 0;
    for (String line : (Iterable<String>) lines::iterator) {
      Matcher pause = PAUSE.matcher(line);
      if (!pause.find()) {
        continue;
      }
      collections++;
      used = Math.max(used, Long.parseLong(pause.group(2)));
      if (pause.group(1) != null) {
        fullCollections++;
        live = Math.max(live, Long.parseLong(pause.group(3)));
      }
    }
    return new GcLog(used, live, collections, fullCollections);
  }
}
