package dev.sluice.tests.stack.dev;

import dev.sluice.tests.sample.SampleKeyspace;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.LocalStack;
import dev.sluice.tests.stack.ProjectHome;
import dev.sluice.tests.stack.ServerConfig;
import dev.sluice.tests.stack.StackException;
import dev.sluice.tests.stack.StackOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;

/**
 * The process that holds a stack in the background until it is told to end (SIGTERM). Arguments:
 * the first port or 0, whether the source gets a replica, and whether it gets the sample keyspace.
 */
public final class DevSupervisor {
  private DevSupervisor() {}

  public static void main(String[] arguments) throws InterruptedException {
    DevStack files = new DevStack(ProjectHome.find());
    StackOptions options =
        StackOptions.named(DevStack.NAME)
            .firstPort(Integer.parseInt(arguments[0]))
            .replica(Boolean.parseBoolean(arguments[1]))
            .build();
    try {
      // The stack closes itself when the program exits.
      LocalStack stack = LocalStack.start(options);
      if (Boolean.parseBoolean(arguments[2])) {
        loadSample(stack);
      }
      write(files.configFile(), ServerConfig.of(stack).yaml());
      write(files.statusFile(), StackStatus.of(stack).json());
    } catch (StackException | SQLException | IOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }

  private static void loadSample(LocalStack stack) throws SQLException, InterruptedException {
    new SampleKeyspace(SampleSize.FULL).load(stack.source()::connectAsAdmin);
  }

  /** Appears whole, readable by its owner only, since it holds passwords. */
  private static void write(Path file, String text) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    Files.deleteIfExists(unfinished);
    Files.createFile(
        unfinished,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(unfinished, text);
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
