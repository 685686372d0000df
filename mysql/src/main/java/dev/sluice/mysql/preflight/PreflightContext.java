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
 * @param replicas the sources' replicas that answered, when the move reads from them
 * @param targets the target shards' primaries that answered, in key order
 * @param request what is asked
 */
public record PreflightContext(
    List<ServerFacts> sources,
    List<ServerFacts> replicas,
    List<ServerFacts> targets,
    PreflightRequest request) {

  public PreflightContext {
    sources = List.copyOf(sources);
    replicas = List.copyOf(replicas);
    targets = List.copyOf(targets);
  }

  /** The tables to move. */
  public List<String> tables() {
    return request.tables();
  }

  /** Placement on the target, by table. */
  public Map<String, VindexSpec> vindexes() {
    return request.vindexes();
  }

  /** True when the target has more than one shard. */
  public boolean targetSharded() {
    return request.target().sharded();
  }

  /** True when foreign keys are left out on the target instead of refused. */
  public boolean dropForeignKeys() {
    return request.dropForeignKeys();
  }

  /** The primaries: source servers, then target servers. */
  public List<ServerFacts> servers() {
    return Stream.concat(sources.stream(), targets.stream()).toList();
  }

  public List<ServerFacts> servers(Side side) {
    return switch (side) {
      case SOURCE -> sources;
      case REPLICA -> replicas;
      case TARGET -> targets;
    };
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
    for (String name : tables()) {
      sourceTable(name)
          .ifPresent(table -> visitor.accept(table, sources.get(0).label() + " " + name));
    }
  }
}
