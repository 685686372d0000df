package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports that a process of this user means to use: each is the lock of one byte of a file in the
 * cache, held until the process ends. A port that is free when two processes look would otherwise
 * be handed out by both. Thread-safe; one object for a JVM, since closing a file anywhere in a
 * process lets go of all its locks on it.
 */
final class PortClaims {
  private final List<FileLock> held = new ArrayList<>();
  private FileChannel channel;

  /**
   * Whether the port belongs to this process now, and did not before.
   *
   * @throws StackException when the file cannot be used
   */
  synchronized boolean claim(int port) {
    try {
      if (channel == null) {
        channel = open();
      }
      FileLock lock = channel.tryLock(port, 1, false);
      if (lock == null) {
        return false;
      }
      held.add(lock);
      return true;
    } catch (OverlappingFileLockException claimedHere) {
      return false;
    } catch (IOException e) {
      throw new StackException("ports cannot be claimed: " + e.getMessage(), e);
    }
  }

  private static FileChannel open() throws IOException {
    Path file = StackCache.ofUser().file("ports.lock");
    Files.createDirectories(file.getParent());
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
