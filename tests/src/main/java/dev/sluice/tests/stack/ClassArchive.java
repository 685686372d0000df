package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loaded classes of a Java server, kept in the cache: starting with them takes about half the
 * processor time. The archive is made once, by a run of the server for nothing else, on data of its
 * own. (JVM: application class-data sharing, dynamic archives, JEP 350.)
 */
final class ClassArchive {
  private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);
  private static final Duration LIFETIME = Duration.ofDays(14);
  private static final String FILE_NAME = "classes.jsa";

  private final StackCache cache;

  ClassArchive(StackCache cache) {
    this.cache = cache;
  }

  /**
   * The options that let a server use its archive, which is made first where it does not exist.
   *
   * @param name of the server
   * @param classPath on which the archive depends, as it does on the Java version; a changed one
   *     makes a new archive
   * @param rehearsal makes a server on the given directory that is started with the given options
   */
  List<String> options(String name, String classPath, Rehearsal rehearsal) {
    String identity = System.getProperty("java.vm.version") + "\n" + classPath;
    String prefix = "classes-" + name + "-";
    try {
      Path entry =
          cache.entry(
              prefix + Integer.toHexString(identity.hashCode()),
              directory -> {
                cache.forget(prefix, Instant.now().minus(LIFETIME));
                make(
                    directory,
                    options -> rehearsal.server(directory.resolve("rehearsal"), options));
              });
      // Warnings about an archive that no longer fits would fill the log; the server starts without
      // it then.
      return List.of(
          "-Xshare:auto",
          "-Xlog:cds=off",
          "-Xlog:class+path=off",
          "-XX:SharedArchiveFile=" + entry.resolve(FILE_NAME));
    } catch (StackException e) {
      LOG.atWarn()
          .addKeyValue("server", name)
          .addKeyValue("reason", e.getMessage())
          .log("no class archive: slower starts");
      return List.of();
    }
  }

  /** Makes a server that is run once for its classes. */
  interface Rehearsal {
    LocalServer server(Path stackDirectory, List<String> options);
  }

  private static void make(Path directory, Function<List<String>, LocalServer> rehearsal)
      throws IOException {
    Path archive = directory.resolve(FILE_NAME);
    LocalServer server =
        rehearsal.apply(List.of("-Xlog:cds=off", "-XX:ArchiveClassesAtExit=" + archive));
    try {
      server.start();
      server.stop();
    } finally {
      server.kill();
    }
    if (!Files.isRegularFile(archive)) {
      throw new IOException("no class archive was written:\n" + LogTail.of(server.logFile(), 20));
    }
    FileTrees.delete(directory.resolve("rehearsal"));
  }
}
