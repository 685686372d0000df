package dev.sluice.tests.stack;

import java.nio.file.Path;

/**
 * One server of a stack. Its port and its data stay the same over every {@link #stop()}, {@link
 * #kill()} and {@link #start()}. Implementations are thread-safe; the calls that change the state
 * of one server run one after another.
 */
public interface StackServer {
  /**
   * The server's name in the stack: {@code kafka}, {@code registry}, {@code source}, {@code
   * target/-80}.
   */
  String name();

  /** The address clients on this machine use. */
  String host();

  /** The port clients on this machine use, 1-65535. */
  int port();

  /** Whether the server's process exists; a frozen server is running. */
  boolean isRunning();

  /**
   * Starts the server and returns when it answers clients; does nothing to a server that runs.
   *
   * @throws StackException when it ends or does not answer in time, with its last log lines
   */
  void start();

  /**
   * Stops the server in its own orderly way, after 30 seconds the hard way; does nothing to a
   * stopped server.
   */
  void stop();

  /** Ends the server as a power cut would (SIGKILL) and returns when its process is gone. */
  void kill();

  /** Stops the server's execution (SIGSTOP): connections stay open, nothing answers. */
  void freeze();

  /** Lets a frozen server go on (SIGCONT). */
  void thaw();

  /** The file that holds the server's log over all its starts. */
  Path logFile();
}
