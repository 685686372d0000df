package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What is fetched or prepared once for all stacks of a user: {@code SLUICE_CACHE}, else {@code
 * ~/.cache/sluice}. An entry is a directory that appears whole or not at all; several processes may
 * ask for the same one at once.
 */
final class StackCache {
  /** Fills a new, empty directory. */
  interface Filler {
    void fill(Path directory) throws IOException;
  }

  private final Path root;

  private StackCache(Path root) {
    this.root = root;
  }

  static StackCache ofUser() {
    String configured = System.getenv("SLUICE_CACHE");
    if (configured != null && !configured.isBlank()) {
      return new StackCache(Path.of(configured).toAbsolutePath());
    }
    return new StackCache(Path.of(System.getProperty("user.home"), ".cache", "sluice"));
  }

  static StackCache at(Path root) {
    return new StackCache(root);
  }

  /** The entry's directory, filled now when it does not exist. */
  Path entry(String name, Filler filler) {
    Path entry = root.resolve(name);
    if (Files.isDirectory(entry)) {
      return entry;
    }
    try {
      Files.createDirectories(root);
      // In one JVM a second lock on the same file is an error, not a wait: hence the monitor around
      // it.
      synchronized (StackCache.class) {
        try (FileChannel channel =
                FileChannel.open(
                    root.resolve(name + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            FileLock held = channel.lock()) {
          if (held.isValid() && !Files.isDirectory(entry)) {
            fill(entry, filler);
          }
        }
      }
      return entry;
    } catch (IOException e) {
      throw new StackException("cannot prepare " + entry + ": " + e.getMessage(), e);
    }
  }

  /** A plain file beside the entries; it may not exist. */
  Path file(String name) {
    return root.resolve(name);
  }

  /** Deletes entries that begin with a prefix and were made before a time. */
  void forget(String prefix, Instant madeBefore) throws IOException {
    List<Path> old;
    try (Stream<Path> listed = Files.list(root)) {
      old = listed.filter(path -> path.getFileName().toString().startsWith(prefix)).toList();
    }
    for (Path path : old) {
      if (Files.getLastModifiedTime(path).toInstant().isBefore(madeBefore)) {
        FileTrees.delete(path);
      }
    }
  }

  private void fill(Path entry, Filler filler) throws IOException {
    Path unfinished = root.resolve(entry.getFileName() + ".unfinished");
    FileTrees.delete(unfinished);
    Files.createDirectories(unfinished);
    filler.fill(unfinished);
    Files.move(unfinished, entry, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A value that the build wrote down for the stack. */
  static String builtIn(String key) {
    Properties properties = new Properties();
    try (var input = StackCache.class.getResourceAsStream("stack.properties")) {
      properties.load(input);
    } catch (IOException e) {
      throw new StackException("stack.properties cannot be read", e);
    }
    return properties.getProperty(key);
  }
}
