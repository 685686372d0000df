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
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stack's directory, held by a file lock while the stack lives. Data that a killed stack left
 * behind goes when the next one starts; logs stay.
 */
final class StackDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StackDirectory.class);
  private static final String LOCK_NAME = "lock";

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
    FileChannel channel =
        FileChannel.open(
            path.resolve(LOCK_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        byte[] holder =
            String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
        channel.truncate(0).write(ByteBuffer.wrap(holder));
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
  }

  void deleteData() throws IOException {
    FileTrees.delete(path.resolve("data"));
  }

  @Override
  public void close() {
    try {
      held.release();
      channel.close();
    } catch (IOException e) {
      throw new StackException("cannot let go of " + path + ": " + e.getMessage(), e);
    }
  }
}
