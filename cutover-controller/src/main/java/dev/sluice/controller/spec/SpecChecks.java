package dev.sluice.controller.spec;

import dev.sluice.controller.port.RulesChange;
import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.controller.preflight.Finding;
import dev.sluice.schemas.config.ConfigProblems;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.schemas.routing.RoutingRule;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks a spec against the keyspaces, their tables and the other workflows; notes every offender
 * with its path.
 */
public final class SpecChecks {

  private final Map<String, Keyspace> keyspaces;

  public SpecChecks(Map<String, Keyspace> keyspaces) {
    this.keyspaces = keyspaces;
  }

  /** Notes keyspaces that do not exist; true when both do. */
  public boolean checkKeyspaces(WorkflowSpec spec, ConfigProblems problems) {
    checkKeyspace("source", spec.source(), problems);
    checkKeyspace("target", spec.target(), problems);
    checkReplicas(spec, problems);
    boolean known = keyspaces.containsKey(spec.source()) && keyspaces.containsKey(spec.target());
    if (known && !spec.source().equals(spec.target())) {
      shared(spec.source(), spec.target())
          .forEach(
              place ->
                  problems.add(
                      "target", "keyspace " + spec.source() + " lies in the same place: " + place));
    }
    if (known && spec.options().onDdl().equals("exec") && keyspaces.get(spec.source()).sharded()) {
      problems.add(
          "options.on-ddl",
          "exec needs a source with one shard: the statements of several have no common order; use"
              + " stop");
    }
    if (known && spec.options().fence().equals("read-only")) {
      checkOwnServers(spec, problems);
    }
    return known;
  }

  /** Denying one shard would deny every other one on the same server. */
  private void checkOwnServers(WorkflowSpec spec, ConfigProblems problems) {
    Map<String, String> shards = new HashMap<>();
    for (String keyspace : List.of(spec.source(), spec.target())) {
      for (Shard shard : keyspaces.get(keyspace).shards()) {
        String server =
            shard.primary().host().toLowerCase(Locale.ROOT) + ":" + shard.primary().port();
        String other = shards.putIfAbsent(server, keyspace + "/" + shard.name());
        if (other != null) {
          problems.add(
              "options.fence",
              "read-only needs a server for each shard, but "
                  + other
                  + " and "
                  + keyspace
                  + "/"
                  + shard.name()
                  + " are both on "
                  + server
                  + "; use triggers");
        }
      }
    }
  }

  /** Schemas that both keyspaces are made of, as far as the configuration tells. */
  private Set<String> shared(String one, String other) {
    Set<String> places = places(one);
    places.retainAll(places(other));
    return places;
  }

  private Set<String> places(String keyspace) {
    Set<String> places = new TreeSet<>();
    if (keyspaces.containsKey(keyspace)) {
      keyspaces
          .get(keyspace)
          .shards()
          .forEach(
              shard ->
                  places.add(
                      shard.primary().host().toLowerCase(Locale.ROOT)
                          + ":"
                          + shard.primary().port()
                          + "/"
                          + shard.primary().schema()));
    }
    return places;
  }

  private void checkReplicas(WorkflowSpec spec, ConfigProblems problems) {
    Keyspace source = keyspaces.get(spec.source());
    if (source == null || !spec.options().readsReplica()) {
      return;
    }
    List<String> without =
        source.shards().stream()
            .filter(shard -> shard.replica().isEmpty())
            .map(Shard::name)
            .toList();
    if (!without.isEmpty()) {
      problems.add(
          "options.read-from",
          "replica is asked for, but shards "
              + without
              + " of keyspace "
              + spec.source()
              + " have none in sluice.yaml");
    }
  }

  private void checkKeyspace(String path, String name, ConfigProblems problems) {
    if (!name.isEmpty() && !keyspaces.containsKey(name)) {
      problems.add(
          path, "keyspace " + name + " is not configured; there are " + keyspaces.keySet());
    }
  }

  /**
   * The tables that the spec names; unknown ones are noted.
   *
   * @param columnsByTable of the source keyspace
   */
  public List<String> tables(
      WorkflowSpec spec, Map<String, List<String>> columnsByTable, ConfigProblems problems) {
    if (!spec.all()) {
      noteUnknown("tables", spec.tables(), spec, columnsByTable.keySet(), problems);
      return spec.tables().stream().distinct().filter(columnsByTable::containsKey).toList();
    }
    noteUnknown("exclude", spec.exclude(), spec, columnsByTable.keySet(), problems);
    List<String> tables =
        columnsByTable.keySet().stream().filter(table -> !spec.exclude().contains(table)).toList();
    if (tables.isEmpty()) {
      problems.add("all", "keyspace " + spec.source() + " has no table left to move");
    }
    return tables;
  }

  private static void noteUnknown(
      String key,
      List<String> names,
      WorkflowSpec spec,
      Set<String> known,
      ConfigProblems problems) {
    for (int i = 0; i < names.size(); i++) {
      if (!known.contains(names.get(i))) {
        problems.add(
            key + "[" + i + "]",
            "table " + names.get(i) + " does not exist in keyspace " + spec.source());
      }
    }
  }

  /** Vindexes by table on the target: the keyspace's own, and the move's. */
  public Map<String, VindexSpec> targetVindexes(WorkflowSpec spec) {
    Map<String, VindexSpec> vindexes = new HashMap<>(keyspaces.get(spec.target()).vindexes());
    vindexes.putAll(spec.vindexes());
    return vindexes;
  }

  /** Notes vindexes that are missing, superfluous or name no column. */
  public void checkVindexes(
      WorkflowSpec spec,
      List<String> tables,
      Map<String, List<String>> columnsByTable,
      ConfigProblems problems) {
    Map<String, VindexSpec> own = keyspaces.get(spec.target()).vindexes();
    spec.vindexes()
        .forEach(
            (table, vindex) -> {
              if (!tables.contains(table)) {
                problems.add("vindexes." + table, "table " + table + " is not part of the move");
              }
              if (own.containsKey(table) && !own.get(table).equals(vindex)) {
                problems.add(
                    "vindexes." + table,
                    "keyspace "
                        + spec.target()
                        + " places this table by "
                        + own.get(table).column()
                        + " already");
              }
            });
    Map<String, VindexSpec> target = targetVindexes(spec);
    for (String table : tables) {
      if (keyspaces.get(spec.target()).sharded() || spec.vindexes().containsKey(table)) {
        checkVindex("vindexes." + table, table, target.get(table), columnsByTable, problems);
      }
      if (keyspaces.get(spec.source()).sharded()) {
        String path = "keyspaces." + spec.source() + ".vindexes." + table;
        checkVindex(
            path,
            table,
            keyspaces.get(spec.source()).vindexes().get(table),
            columnsByTable,
            problems);
      }
    }
  }

  private static void checkVindex(
      String path,
      String table,
      VindexSpec vindex,
      Map<String, List<String>> columnsByTable,
      ConfigProblems problems) {
    if (vindex == null) {
      problems.add(
          path, "table " + table + " needs a vindex, because the keyspace has several shards");
    } else if (!columnsByTable.getOrDefault(table, List.of()).contains(vindex.column())) {
      problems.add(path + ".column", "table " + table + " has no column " + vindex.column());
    }
  }

  /** Notes tables that another open workflow moves, on either side. */
  public void checkFree(
      WorkflowSpec spec, List<String> tables, WorkflowRecords records, ConfigProblems problems) {
    for (WorkflowRecord other : records.all()) {
      if (other.state().ended() || other.plan() == null || !shareKeyspace(spec, other.spec())) {
        continue;
      }
      Set<String> taken = Set.copyOf(other.plan().tables().stream().map(TablePlan::name).toList());
      for (String table : tables) {
        if (taken.contains(table)) {
          problems.add(
              pathOf(spec, table),
              "table " + table + " is part of workflow " + other.name() + ", which is open");
        }
      }
    }
  }

  /** True for keyspaces of other names, too, that lie in the same schemas. */
  private boolean shareKeyspace(WorkflowSpec one, WorkflowSpec other) {
    for (String mine : List.of(one.source(), one.target())) {
      for (String theirs : List.of(other.source(), other.target())) {
        if (mine.equals(theirs) || !shared(mine, theirs).isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Notes tables of one of the move's keyspaces that a routing rule leads somewhere else for, or
   * whose rule belongs to another open workflow: a move never takes a rule from under the
   * applications that follow it.
   */
  public void checkRules(
      WorkflowSpec spec, List<String> tables, WorkflowRecords records, ConfigProblems problems) {
    for (String table : tables) {
      for (String keyspace : List.of(spec.source(), spec.target())) {
        foreign(keyspace + "." + table, spec, records)
            .ifPresent(
                rule ->
                    problems.add(
                        pathOf(spec, table),
                        says(rule)
                            + ": end that workflow, or, if nobody follows the rule any more,"
                            + " sluice routing-rules remove --table "
                            + rule.fromTable()));
      }
    }
  }

  /** The rules of unqualified names that stay as they are, since they are another move's. */
  public List<Finding> rulesLeftOut(
      WorkflowSpec spec, List<String> tables, WorkflowRecords records) {
    return tables.stream()
        .flatMap(table -> foreign(table, spec, records).stream())
        .map(
            rule ->
                Finding.warn(
                    "routing_rules",
                    rule.fromTable(),
                    says(rule) + " and stays so: it does not change with this move",
                    "let applications that follow rules use the names "
                        + spec.source()
                        + "."
                        + rule.fromTable()
                        + " and "
                        + spec.target()
                        + "."
                        + rule.fromTable()))
        .toList();
  }

  private Optional<RoutingRule> foreign(String name, WorkflowSpec spec, WorkflowRecords records) {
    RoutingTable rules = RulesChange.ofOpenWorkflows(records);
    return Arrays.stream(TabletType.values())
        .flatMap(type -> rules.rule(name, type).stream())
        .filter(rule -> RulesChange.foreign(rule, spec))
        .filter(rule -> rule.workflow() != null || outside(rule.toKeyspace(), spec))
        .findFirst();
  }

  /** Keyspaces of other names that lie in the same schemas are not outside. */
  private boolean outside(String keyspace, WorkflowSpec spec) {
    return shared(keyspace, spec.source()).isEmpty() && shared(keyspace, spec.target()).isEmpty();
  }

  private static String says(RoutingRule rule) {
    return "the routing rule "
        + rule.key()
        + " leads to keyspace "
        + rule.toKeyspace()
        + (rule.workflow() == null ? "" : " and belongs to workflow " + rule.workflow());
  }

  private static String pathOf(WorkflowSpec spec, String table) {
    int index = spec.tables().indexOf(table);
    return index < 0 ? "all" : "tables[" + index + "]";
  }
}
