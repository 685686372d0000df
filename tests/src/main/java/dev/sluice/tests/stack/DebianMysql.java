package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * MySQL from the packages of Debian's suite {@code sid}, unpacked into the cache with every library
 * they need and started through their own loader: nothing is installed, and the machine's own
 * release does not matter. The packages are fetched by {@code apt-get} with a configuration of its
 * own, from the mirror that the machine already uses, and checked against the installed archive
 * keys.
 */
final class DebianMysql implements MysqlPrograms.Way {
  private static final Path KEYS = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final StackCache cache;

  DebianMysql(StackCache cache) {
    this.cache = cache;
  }

  @Override
  public String description() {
    return "Debian packages";
  }

  @Override
  public MysqlProgram find() throws IOException {
    Path root = cache.entry("mysql-debian", this::fetch);
    Path libraries = librariesOf(root);
    List<String> command = new ArrayList<>(throughLoader(root, libraries, "usr/sbin/mysqld"));
    command.addAll(
        List.of(
            "--no-defaults",
            "--basedir=" + root.resolve("usr"),
            "--lc-messages-dir=" + root.resolve("usr/share/mysql"),
            "--character-sets-dir=" + root.resolve("usr/share/mysql/charsets"),
            "--plugin-dir=" + root.resolve("usr/lib/mysql/plugin")));
    String version = MysqlPrograms.versionOf(command, Map.of());
    return new MysqlProgram(
        command, Map.of(), version, root.resolve("bin/mysql"), "Debian packages in " + root);
  }

  private void fetch(Path root) throws IOException {
    if (Commands.onPath("apt-get").isEmpty() || Commands.onPath("dpkg-deb").isEmpty()) {
      throw new IOException("this machine has no apt-get");
    }
    if (!Files.isReadable(KEYS)) {
      throw new IOException("the Debian archive keys are not installed at " + KEYS);
    }
    Path apt = Files.createTempDirectory("sluice-apt");
    try {
      List<String> options = configure(apt, mirror());
      apt(options, "update");
      apt(
          options,
          "install",
          "--yes",
          "--download-only",
          "--no-install-recommends",
          "mysql-server-core",
          "mysql-client-core");
      unpack(apt.resolve("cache/archives"), root);
    } finally {
      FileTrees.delete(apt);
    }
    Path libraries = librariesOf(root);
    Files.createDirectories(root.resolve("bin"));
    for (String program : List.of("mysql", "mysqldump", "mysqladmin", "mysqlbinlog")) {
      writeWrapper(root, libraries, program);
    }
  }

  /** The address from which this machine takes Debian's packages. */
  private static String mirror() throws IOException {
    String listed =
        Commands.run(
            LIMIT,
            Path.of("/"),
            Map.of(),
            List.of("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"));
    return listed
        .lines()
        .map(line -> line.replaceAll("/+$", ""))
        .filter(line -> line.endsWith("/debian"))
        .findFirst()
        .orElseThrow(() -> new IOException("this machine has no Debian mirror configured"));
  }

  private static List<String> configure(Path apt, String mirror) throws IOException {
    for (String directory : List.of("state/lists/partial", "cache/archives/partial", "parts")) {
      Files.createDirectories(apt.resolve(directory));
    }
    // No package counts as installed: every library comes along, so none of the machine's own is
    // needed.
    Files.createFile(apt.resolve("status"));
    Path sources = apt.resolve("sources.list");
    Files.writeString(sources, "deb [signed-by=" + KEYS + "] " + mirror + " sid main\n");
    return List.of(
        "-oDir::State=" + apt.resolve("state"),
        "-oDir::State::status=" + apt.resolve("status"),
        "-oDir::Cache=" + apt.resolve("cache"),
        "-oDir::Etc::SourceList=" + sources,
        "-oDir::Etc::SourceParts=" + apt.resolve("parts"),
        "-oDir::Etc::Preferences=" + apt.resolve("preferences"),
        "-oDir::Etc::PreferencesParts=" + apt.resolve("parts"),
        "-oAPT::Sandbox::User=root",
        "-oAcquire::Languages=none",
        "-oDebug::NoLocking=1");
  }

  private static void apt(List<String> options, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("apt-get", "--quiet"));
    command.addAll(options);
    command.addAll(List.of(arguments));
    Commands.run(LIMIT, Path.of("/"), Map.of("DEBIAN_FRONTEND", "noninteractive"), command);
  }

  private static void unpack(Path packages, Path root) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(packages)) {
      files = listed.filter(file -> file.toString().endsWith(".deb")).sorted().toList();
    }
    for (Path file : files) {
      Commands.run(
          LIMIT,
          Path.of("/"),
          Map.of(),
          List.of("dpkg-deb", "--extract", file.toString(), root.toString()));
    }
  }

  /** The directory of the packages' shared libraries, which depends on the processor. */
  private static Path librariesOf(Path root) throws IOException {
    try (Stream<Path> directories = Files.list(root.resolve("usr/lib"))) {
      return directories
          .filter(directory -> directory.getFileName().toString().endsWith("-linux-gnu"))
          .findFirst()
          .orElseThrow(() -> new IOException("no libraries in " + root));
    }
  }

  private static List<String> throughLoader(Path root, Path libraries, String program)
      throws IOException {
    try (Stream<Path> files = Files.list(libraries)) {
      Path loader =
          files
              .filter(file -> file.getFileName().toString().startsWith("ld-linux"))
              .findFirst()
              .orElseThrow(() -> new IOException("no loader in " + libraries));
      return List.of(
          loader.toString(),
          "--library-path",
          libraries + ":" + root.resolve("usr/lib"),
          root.resolve(program).toString());
    }
  }

  /**
   * A script that starts a client program; it finds the root by its own place, since the root is
   * moved when whole.
   */
  private static void writeWrapper(Path root, Path libraries, String program) throws IOException {
    String loader = throughLoader(root, libraries, "").get(0);
    String script =
        String.join(
            "\n",
            "#!/bin/sh",
            "root=$(cd \"$(dirname \"$0\")/..\" && pwd) || exit 1",
            "exec \"$root/" + root.relativize(Path.of(loader)) + "\" \\",
            "  --library-path \"$root/" + root.relativize(libraries) + ":$root/usr/lib\" \\",
            "  \"$root/usr/bin/" + program + "\" \"$@\"",
            "");
    Path file = root.resolve("bin/" + program);
    Files.writeString(file, script);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + file + " executable");
    }
  }
}
