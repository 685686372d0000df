package dev.sluice.server.cli;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.server.Role;
import dev.sluice.server.SluiceServer;
import dev.sluice.server.config.HttpSettings;
import dev.sluice.server.config.ServerConfig;
import dev.sluice.server.config.ServerConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "server",
    description = "Runs a server with any of the roles until it is told to stop (SIGTERM, Ctrl-C).")
final class ServerVerb implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--config", required = true, paramLabel = "FILE", description = "sluice.yaml")
  private Path config;

  @Option(
      names = "--roles",
      defaultValue = "controller,capture,apply,vdiff",
      description = "what this process does (default: ${DEFAULT-VALUE})")
  private String roles;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "instead of http.listen; port 0 takes a free one")
  private String listen;

  @Option(names = "--help", usageHelp = true, description = "show this help")
  private boolean help;

  @Override
  public Integer call() throws InterruptedException {
    ServerConfig settings = settings();
    Set<Role> chosen = Role.parse(roles);
    SluiceServer server =
        new SluiceServer(settings, chosen, PausePoints.fromEnvironment(System.getenv()));
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              server.close();
              stopped.countDown();
            },
            "shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    server.start();
    spec.commandLine().getOut().println("sluice: listening on " + server.address());
    spec.commandLine().getOut().flush();
    stopped.await();
    return ExitCode.DONE;
  }

  private ServerConfig settings() {
    String yaml;
    try {
      yaml = Files.readString(config);
    } catch (IOException e) {
      throw new SluiceException(
          ErrorCode.INVALID_CONFIGURATION,
          config + " cannot be read",
          "name the file with --config",
          e);
    }
    ServerConfig settings = ServerConfigReader.read(yaml, System.getenv());
    try {
      HttpSettings http = listen == null ? settings.http() : settings.http().listening(listen);
      if (http.tokens().isEmpty() && !http.loopback()) {
        throw new SluiceException(
            ErrorCode.INVALID_CONFIGURATION,
            "http.listen: "
                + http.host()
                + " can be reached from other machines, but http.tokens is empty",
            "add a token, or listen on 127.0.0.1");
      }
      return settings.withHttp(http);
    } catch (IllegalArgumentException e) {
      throw new SluiceException(
          ErrorCode.INVALID_CONFIGURATION,
          "--listen: " + e.getMessage(),
          "write it as 127.0.0.1:15400",
          e);
    }
  }
}
