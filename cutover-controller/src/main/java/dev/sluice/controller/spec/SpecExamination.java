package dev.sluice.controller.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.controller.port.MoveServers;
import dev.sluice.controller.port.MoveTopics;
import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.controller.preflight.Finding;
import dev.sluice.schemas.config.ConfigProblems;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.WorkflowSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Examines a spec in full: by itself, against the configuration, the servers and the other
 * workflows. Thread-safe.
 */
public final class SpecExamination {

  /** Check id of what is wrong with the spec itself. */
  public static final String SPEC = "spec";

  private static final String SPEC_REMEDY = "correct this place in move.yaml";

  /**
   * What came out.
   *
   * @param tables the tables to move; complete only when nothing refuses
   * @param targetVindexes by table
   */
  public record Result(
      WorkflowSpec spec,
      List<String> tables,
      Map<String, VindexSpec> targetVindexes,
      List<Finding> findings) {

    public boolean ok() {
      return findings.stream().noneMatch(Finding::refuses);
    }
  }

  private final Map<String, Keyspace> keyspaces;
  private final MoveServers servers;
  private final MoveTopics topics;
  private final WorkflowRecords records;

  public SpecExamination(
      Map<String, Keyspace> keyspaces,
      MoveServers servers,
      MoveTopics topics,
      WorkflowRecords records) {
    this.keyspaces = keyspaces;
    this.servers = servers;
    this.topics = topics;
    this.records = records;
  }

  /** Runs every check that the ones before it leave room for. */
  public Result examine(JsonNode tree) {
    ConfigProblems problems = new ConfigProblems();
    WorkflowSpec spec = SpecReader.read(tree, problems);
    SpecChecks checks = new SpecChecks(keyspaces);
    if (!checks.checkKeyspaces(spec, problems)) {
      return new Result(spec, List.of(), Map.of(), specFindings(problems));
    }
    Map<String, List<String>> columns;
    try {
      columns = servers.columnsByTable(keyspaces.get(spec.source()));
    } catch (SluiceException e) {
      List<Finding> findings = specFindings(problems);
      findings.add(
          Finding.refuse("reachability", "keyspace " + spec.source(), e.getMessage(), e.remedy()));
      return new Result(spec, List.of(), Map.of(), findings);
    }
    List<String> tables = checks.tables(spec, columns, problems);
    checks.checkVindexes(spec, tables, columns, problems);
    checks.checkFree(spec, tables, records, problems);
    checks.checkRules(spec, tables, records, problems);
    Map<String, VindexSpec> vindexes = checks.targetVindexes(spec);
    vindexes.keySet().retainAll(tables);
    List<Finding> findings = specFindings(problems);
    if (findings.isEmpty()) {
      findings.addAll(checks.rulesLeftOut(spec, tables, records));
      findings.addAll(
          servers.preflight(
              keyspaces.get(spec.source()), keyspaces.get(spec.target()), spec, tables, vindexes));
      findings.addAll(topics.preflight(spec, tables));
    }
    if (findings.stream().noneMatch(Finding::refuses)) {
      findings.addAll(schemaFindings(spec, tables, vindexes));
    }
    return new Result(spec, tables, vindexes, findings);
  }

  private List<Finding> schemaFindings(
      WorkflowSpec spec, List<String> tables, Map<String, VindexSpec> vindexes) {
    try {
      MovePlan plan =
          servers.resolve(
              keyspaces.get(spec.source()), keyspaces.get(spec.target()), spec, tables, vindexes);
      return topics.schemas(spec, plan);
    } catch (SluiceException e) {
      return List.of(Finding.refuse("plan", spec.name(), e.getMessage(), e.remedy()));
    }
  }

  private static List<Finding> specFindings(ConfigProblems problems) {
    List<Finding> findings = new ArrayList<>();
    problems
        .all()
        .forEach(p -> findings.add(Finding.refuse(SPEC, p.path(), p.message(), SPEC_REMEDY)));
    return findings;
  }
}
