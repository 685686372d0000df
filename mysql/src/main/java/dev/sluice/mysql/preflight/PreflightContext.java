package dev.sluice.mysql.preflight;

import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.schemas.vindex.VindexSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * The facts that checks judge. Immutable.
 *
 * @param sources the source shards' primaries that answered, in key order
 * @param targets the target shards' primaries that answered, in key order
 * @param tables the tables to move
 * @param vindexes placement on the target, by table
 * @param targetSharded the target has more than one shard
 * @param dropForeignKeys foreign keys are left out on the target instead of refused
 */
public record PreflightContext(
    List<ServerFacts> sources,
    List<ServerFacts> targets,
    List<String> tables,
    Map<String, VindexSpec> vindexes,
    boolean targetSharded,
    boolean dropForeignKeys) {

  public PreflightContext {
    sources = List.copyOf(sources);
    targets = List.copyOf(targets);
    tables = List.copyOf(tables);
    vindexes = Map.copyOf(vindexes);
  }

  /** Source servers, then target servers. */
  public List<ServerFacts> servers() {
    return Stream.concat(sources.stream(), targets.stream()).toList();
  }

  public List<ServerFacts> servers(Side side) {
    return side == Side.SOURCE ? sources : targets;
  }

  /** The table's definition on the first source shard; empty when it does not exist there. */
  public Optional<TableDescription> sourceTable(String table) {
    return sources.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(sources.get(0).tables().get(table));
  }

  /**
   * Visits each table of the move that exists on the first source shard, with its object's name.
   */
  public void forEachSourceTable(BiConsumer<TableDescription, String> visitor) {
    for (String name : tables) {
      sourceTable(name)
          .ifPresent(table -> visitor.accept(table, sources.get(0).label() + " " + name));
    }
  }
}
