package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stack's directory, held by a file lock while the stack lives. Data that a killed stack left
 * behind goes when the next one starts; logs stay, of the stacks of test runs those of the last
 * few.
 */
final class StackDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StackDirectory.class);
  private static final String LOCK_NAME = "lock";

  /** Stacks that live for one test run have a name of this form, new for each run. */
  private static final Pattern OF_A_TEST_RUN = Pattern.compile("test-\\d+");

  private static final int TEST_RUNS_KEPT = 10;

  /**
   * Directories that this process holds. Their lock is not to be looked at: closing the file again
   * would let go of it (POSIX), and another process that starts a stack would delete the data.
   */
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;
  private final FileLock held;

  private StackDirectory(Path path, FileChannel channel, FileLock held) {
    this.path = path;
    this.channel = channel;
    this.held = held;
  }

  /**
   * Takes the directory, which may exist, and empties its data.
   *
   * @throws StackException when a living stack holds it
   */
  static StackDirectory take(Path path) {
    try {
      Files.createDirectories(path.resolve("logs"));
      StackDirectory taken = tryTake(path);
      if (taken == null) {
        throw new StackException("a stack is already running in " + path);
      }
      taken.deleteData();
      deleteAbandonedData(path.getParent());
      return taken;
    } catch (IOException e) {
      throw new StackException("cannot use " + path + ": " + e.getMessage(), e);
    }
  }

  private static StackDirectory tryTake(Path path) throws IOException {
    if (HELD_HERE.contains(path.toAbsolutePath().normalize())) {
      return null;
    }
    FileChannel channel =
        FileChannel.open(
            path.resolve(LOCK_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        byte[] holder =
            String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
        channel.truncate(0).write(ByteBuffer.wrap(holder));
        HELD_HERE.add(path.toAbsolutePath().normalize());
        return new StackDirectory(path, channel, lock);
      }
    } catch (OverlappingFileLockException heldByThisProcess) {
      LOG.atDebug().addKeyValue("directory", path).log("held by this process");
    }
    channel.close();
    return null;
  }

  /** The id of the living process whose stack holds the directory. */
  static OptionalLong holderOf(Path path) {
    Path lock = path.resolve(LOCK_NAME);
    if (!Files.isRegularFile(lock)) {
      return OptionalLong.empty();
    }
    try {
      StackDirectory taken = tryTake(path);
      if (taken != null) {
        taken.close();
        return OptionalLong.empty();
      }
      return OptionalLong.of(Long.parseLong(Files.readString(lock).trim()));
    } catch (IOException e) {
      throw new StackException("cannot look at " + path + ": " + e.getMessage(), e);
    }
  }

  /** Other stacks of this project whose process is gone. */
  private static void deleteAbandonedData(Path parent) throws IOException {
    List<Path> others;
    try (Stream<Path> listed = Files.list(parent)) {
      others = listed.filter(path -> Files.isRegularFile(path.resolve(LOCK_NAME))).toList();
    }
    for (Path other : others) {
      StackDirectory abandoned = Files.isDirectory(other.resolve("data")) ? tryTake(other) : null;
      if (abandoned != null) {
        try (abandoned) {
          abandoned.deleteData();
        }
      }
    }
    forgetOldTestRuns(parent, others);
  }

  /** One process at a time; another that starts a stack meanwhile leaves it to that one. */
  private static void forgetOldTestRuns(Path parent, List<Path> stacks) throws IOException {
    synchronized (StackDirectory.class) {
      try (FileChannel channel =
              FileChannel.open(
                  parent.resolve("forget.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock != null) {
          forgetOldTestRuns(stacks);
        }
      }
    }
  }

  private static void forgetOldTestRuns(List<Path> stacks) throws IOException {
    List<Path> runs = new ArrayList<>();
    for (Path stack : stacks) {
      if (OF_A_TEST_RUN.matcher(stack.getFileName().toString()).matches()
          && Files.isDirectory(stack.resolve("logs"))) {
        runs.add(stack);
      }
    }
    Map<Path, FileTime> begun = new HashMap<>();
    for (Path run : runs) {
      begun.put(run, Files.getLastModifiedTime(run.resolve("logs")));
    }
    runs.sort(Comparator.comparing(begun::get, Comparator.reverseOrder()));
    for (Path old : runs.subList(Math.min(TEST_RUNS_KEPT, runs.size()), runs.size())) {
      StackDirectory abandoned = tryTake(old);
      if (abandoned != null) {
        try (abandoned) {
          FileTrees.delete(old);
        }
      }
    }
  }

  void deleteData() throws IOException {
    FileTrees.delete(path.resolve("data"));
  }

  @Override
  public void close() {
    try {
      held.release();
      channel.close();
      HELD_HERE.remove(path.toAbsolutePath().normalize());
    } catch (IOException e) {
      throw new StackException("cannot let go of " + path + ": " + e.getMessage(), e);
    }
  }
}
