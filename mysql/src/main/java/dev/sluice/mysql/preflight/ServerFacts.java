package dev.sluice.mysql.preflight;

import dev.sluice.mysql.schema.ForeignKeyDescription;
import dev.sluice.mysql.schema.OtherObject;
import dev.sluice.mysql.schema.ServerVariables;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.schema.TriggerDescription;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What one server says about itself and the tables of a move, at one moment. Immutable.
 *
 * @param label {@code keyspace/shard}, with {@code /replica} for a replica
 * @param schema the shard's MySQL schema
 * @param sidecar name of the sidecar schema
 * @param account the account that Sluice has there, quoted for GRANT
 * @param channels what it replicates from other servers; empty when the account may not know
 * @param binlogFilters empty when the account may not know
 * @param writablePrimaries members of its replication group that take writes; 0 without a group
 * @param xaTransactions XA transactions in progress; empty when the account may not know
 * @param clockSkewMillis server clock minus our clock
 * @param collations names that the server knows, canonical
 * @param tables the tables of the move that exist there, by name
 * @param nonEmpty tables of the move that hold rows; only asked on targets
 * @param rowSizes of tables that could hold rows above the limit, by name; only asked on sources
 * @param foreignKeys that touch tables of the move
 * @param triggers on tables of the move
 * @param others what the schema has beside tables
 * @param unbound other accounts that write also while the server is read_only; empty when the
 *     account may not know
 * @param fenced a fence of Sluice's own denies writes here, or is about to
 */
public record ServerFacts(
    Side side,
    String label,
    String schema,
    String sidecar,
    String account,
    ServerVariables variables,
    GrantSet grants,
    Optional<List<ReplicaChannel>> channels,
    Optional<BinlogFilters> binlogFilters,
    int writablePrimaries,
    OptionalInt xaTransactions,
    long clockSkewMillis,
    Set<String> collations,
    Map<String, TableDescription> tables,
    Set<String> nonEmpty,
    Map<String, RowSize> rowSizes,
    List<ForeignKeyDescription> foreignKeys,
    List<TriggerDescription> triggers,
    LeftBehind others,
    Optional<List<String>> unbound,
    boolean fenced) {

  /**
   * What a move of tables does not take along.
   *
   * @param objects views, routines and events, as far as the account may see them
   * @param accounts those with privileges on the schema or on tables of the move; empty when the
   *     account may not know
   */
  public record LeftBehind(List<OtherObject> objects, Optional<List<String>> accounts) {
    public LeftBehind {
      objects = List.copyOf(objects);
      accounts = accounts.map(List::copyOf);
    }
  }

  public ServerFacts {
    channels = channels.map(List::copyOf);
    collations = Set.copyOf(collations);
    tables = Map.copyOf(tables);
    nonEmpty = Set.copyOf(nonEmpty);
    rowSizes = Map.copyOf(rowSizes);
    foreignKeys = List.copyOf(foreignKeys);
    triggers = List.copyOf(triggers);
    unbound = unbound.map(List::copyOf);
  }
}
