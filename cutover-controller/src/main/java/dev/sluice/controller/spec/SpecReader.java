package dev.sluice.controller.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.config.ConfigProblems;
import dev.sluice.schemas.config.TreeReader;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.WorkflowOptions;
import dev.sluice.schemas.workflow.WorkflowSpec;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads move.yaml, or the body of a create call, and notes everything that is wrong with it by
 * itself.
 */
public final class SpecReader {

  private SpecReader() {}

  /** The spec as far as it can be read; usable only when no problem was noted. */
  public static WorkflowSpec read(JsonNode tree, ConfigProblems problems) {
    TreeReader reader = TreeReader.of(tree, problems);
    // sent along by clients, not part of the spec
    reader.text("reason", "");
    String name = name(reader);
    String source = reader.text("source");
    String target = reader.text("target");
    if (!source.isEmpty() && source.equals(target)) {
      reader.reject("target", "is the source keyspace too: a move needs two keyspaces");
    }
    List<String> tables = reader.texts("tables");
    boolean all = reader.flag("all", false);
    List<String> exclude = reader.texts("exclude");
    checkChoice(reader, tables, all, exclude);
    Map<String, VindexSpec> vindexes = vindexes(reader);
    WorkflowOptions options = OptionsReader.read(reader.child("options"));
    reader.rejectUnknown();
    return new WorkflowSpec(name, source, target, tables, all, exclude, vindexes, options);
  }

  private static String name(TreeReader reader) {
    String name = reader.text("name");
    if (!name.isEmpty()) {
      try {
        TopicNames.checkWorkflow(name);
      } catch (IllegalArgumentException e) {
        reader.reject("name", e.getMessage());
      }
    }
    return name;
  }

  private static void checkChoice(
      TreeReader reader, List<String> tables, boolean all, List<String> exclude) {
    if (all && !tables.isEmpty()) {
      reader.reject("tables", "cannot stand together with all: true; leave one of them out");
    }
    if (!all && tables.isEmpty()) {
      reader.reject("tables", "names no table; list the tables to move, or write all: true");
    }
    if (!all && !exclude.isEmpty()) {
      reader.reject("exclude", "has a meaning only with all: true");
    }
    rejectDuplicates(reader, "tables", tables);
    rejectDuplicates(reader, "exclude", exclude);
  }

  private static void rejectDuplicates(TreeReader reader, String key, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (!seen.add(names.get(i))) {
        reader.reject(key + "[" + i + "]", "table " + names.get(i) + " is named twice");
      }
    }
  }

  private static Map<String, VindexSpec> vindexes(TreeReader reader) {
    Map<String, VindexSpec> vindexes = new LinkedHashMap<>();
    reader
        .children("vindexes")
        .forEach(
            (table, vindex) -> {
              String column = vindex.text("column");
              String type = vindex.text("type");
              vindex.rejectUnknown();
              if (type.equals(VindexSpec.SHA256)) {
                vindexes.put(table, new VindexSpec(column, type));
              } else if (!type.isEmpty()) {
                vindex.reject("type", "vindex type \"" + type + "\" is unknown: write sha256");
              }
            });
    return vindexes;
  }
}
