package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "vdiff",
    description = "Compares both sides of a workflow row by row while they are live.",
    subcommands = {
      VDiffVerb.Create.class,
      VDiffVerb.Show.class,
      VDiffVerb.ListAll.class,
      VDiffVerb.Stop.class,
      VDiffVerb.Resume.class,
      VDiffVerb.Repair.class,
      VDiffVerb.Refresh.class,
      VDiffVerb.Delete.class
    },
    synopsisSubcommandLabel = "VERB")
final class VDiffVerb implements Runnable {

  @Spec private CommandSpec spec;

  @Option(names = "--help", usageHelp = true, description = "show this help")
  private boolean help;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which one: " + String.join(", ", names()));
  }

  private List<String> names() {
    return spec.subcommands().keySet().stream().sorted().toList();
  }

  private static String path(String workflow) {
    return "/v1/workflows/" + ApiClient.segment(workflow) + "/vdiffs";
  }

  @Command(name = "create", description = "Starts a VDiff.")
  static final class Create extends ClientVerb {

    @Parameters(paramLabel = "W", description = "the workflow")
    private String workflow;

    @Option(names = "--tables", split = ",", paramLabel = "TABLE", description = "only these")
    private List<String> tables;

    @Option(names = "--recheck", description = "only the keys that differed in the last one")
    private boolean recheck;

    @Option(
        names = "--max-snapshot-age",
        paramLabel = "TIME",
        description = "keep no snapshot open longer than this (default: 1h)")
    private String maxSnapshotAge;

    @Option(names = "--wait", description = "until it has ended; exit 5 when rows differ")
    private boolean wait;

    @Option(names = "--reason", description = "stands in the history")
    private String reason;

    @Override
    public Integer call() throws InterruptedException {
      ObjectNode body = body();
      if (tables != null) {
        tables.forEach(body.withArray("tables")::add);
      }
      body.put("recheck", recheck);
      if (maxSnapshotAge != null) {
        body.put("maxSnapshotAge", maxSnapshotAge);
      }
      if (reason != null) {
        body.put("reason", reason);
      }
      ApiClient.Answer answer = client().post(path(workflow), body);
      if (!wait || !answer.ok()) {
        return print(answer, created -> out().println("vdiff " + created.path("uuid").asText()));
      }
      return new VDiffWatch(client(), path(workflow) + "/" + answer.body().path("uuid").asText())
          .untilOver(json() ? null : err(), shown -> print(shown, this::report));
    }

    private void report(JsonNode body) {
      out().print(new VDiffText(body));
    }
  }

  @Command(name = "show", description = "Shows what a VDiff has found.")
  static final class Show extends ClientVerb {

    @Parameters(index = "0", paramLabel = "W", description = "the workflow")
    private String workflow;

    @Parameters(index = "1", paramLabel = "UUID", defaultValue = "last", description = "or last")
    private String uuid;

    @Override
    public Integer call() {
      return print(
          client().get(path(workflow) + "/" + ApiClient.segment(uuid)),
          body -> out().print(new VDiffText(body)));
    }
  }

  @Command(name = "list", description = "Lists the VDiffs of a workflow, oldest first.")
  static final class ListAll extends ClientVerb {

    @Parameters(index = "0", paramLabel = "W", description = "the workflow")
    private String workflow;

    @Parameters(index = "1", arity = "0..1", paramLabel = "UUID", description = "only this one")
    private String uuid;

    @Override
    public Integer call() {
      return print(client().get(path(workflow)), this::show);
    }

    private void show(JsonNode body) {
      TextTable table = new TextTable("UUID", "STATE", "ROWS", "DIFFER", "CREATED");
      for (JsonNode vdiff : body.path("vdiffs")) {
        if (uuid != null && !uuid.equals(vdiff.path("uuid").asText())) {
          continue;
        }
        table.row(
            vdiff.path("uuid").asText(),
            vdiff.path("state").asText(),
            vdiff.path("rowsCompared").asText(),
            vdiff.path("hasMismatch").asBoolean() ? "yes" : "no",
            vdiff.path("createdAt").asText());
      }
      out().print(table);
    }
  }

  /** A verb that changes one VDiff. */
  abstract static class Change extends ClientVerb {

    @Parameters(index = "0", paramLabel = "W", description = "the workflow")
    private String workflow;

    @Parameters(index = "1", paramLabel = "UUID", defaultValue = "last", description = "or last")
    private String uuid;

    @Option(names = "--reason", description = "stands in the history")
    private String reason;

    String one() {
      return path(workflow) + "/" + ApiClient.segment(uuid);
    }

    /** The reason, where there is no body. */
    String query() {
      return reason == null ? "" : "?reason=" + URLEncoder.encode(reason, StandardCharsets.UTF_8);
    }

    int send(String verb) {
      ObjectNode body = body();
      if (reason != null) {
        body.put("reason", reason);
      }
      return print(client().post(one() + "/" + verb, body), this::show);
    }

    void show(JsonNode body) {
      boolean done = !body.path("steps").isEmpty();
      out()
          .println(
              "vdiff "
                  + body.path("uuid").asText()
                  + (done
                      ? ": " + body.path("steps").get(0).path("name").asText()
                      : " is " + body.path("state").asText("deleted") + " already"));
    }
  }

  @Command(name = "stop", description = "Stops a VDiff; resume goes on where it was.")
  static final class Stop extends Change {
    @Override
    public Integer call() {
      return send("stop");
    }
  }

  @Command(name = "resume", description = "Goes on with a VDiff that was stopped or has failed.")
  static final class Resume extends Change {
    @Override
    public Integer call() {
      return send("resume");
    }
  }

  @Command(
      name = "repair",
      description =
          "Places the rows that differ anew from the side with the traffic, then compares them.")
  static final class Repair extends Change {
    @Override
    public Integer call() {
      return send("repair");
    }
  }

  @Command(
      name = "refresh",
      description =
          "Compares again what has changed since a VDiff was completed, and nothing else.")
  static final class Refresh extends Change {

    @Option(names = "--wait", description = "until it has ended; exit 5 when rows differ")
    private boolean wait;

    @Override
    public Integer call() throws InterruptedException {
      int exit = send("refresh");
      if (!wait || exit != ExitCode.DONE) {
        return exit;
      }
      return new VDiffWatch(client(), one())
          .untilOver(
              json() ? null : err(),
              shown -> print(shown, body -> out().print(new VDiffText(body))));
    }
  }

  @Command(name = "delete", description = "Removes a VDiff and what it has found.")
  static final class Delete extends Change {
    @Override
    public Integer call() {
      return print(client().delete(one() + query()), this::show);
    }
  }

  /** Names and numbers of a row, in order of name. */
  static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new TreeMap<>();
    object.fields().forEachRemaining(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }
}
