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
 * What one primary says about itself and the tables of a move, at one moment. Immutable.
 *
 * @param label {@code keyspace/shard}
 * @param schema the shard's MySQL schema
 * @param sidecar name of the sidecar schema
 * @param account the account that Sluice has there, quoted for GRANT
 * @param replica true when it replicates from another server; empty when the account may not know
 * @param writablePrimaries members of its replication group that take writes; 0 without a group
 * @param xaTransactions XA transactions in progress; empty when the account may not know
 * @param clockSkewMillis server clock minus our clock
 * @param collations names that the server knows, canonical
 * @param tables the tables of the move that exist there, by name
 * @param nonEmpty tables of the move that hold rows; only asked on targets
 * @param foreignKeys that touch tables of the move
 * @param triggers on tables of the move
 * @param others views, routines and events of the schema
 */
public record ServerFacts(
    Side side,
    String label,
    String schema,
    String sidecar,
    String account,
    ServerVariables variables,
    GrantSet grants,
    Optional<Boolean> replica,
    int writablePrimaries,
    OptionalInt xaTransactions,
    long clockSkewMillis,
    Set<String> collations,
    Map<String, TableDescription> tables,
    Set<String> nonEmpty,
    List<ForeignKeyDescription> foreignKeys,
    List<TriggerDescription> triggers,
    List<OtherObject> others) {

  public ServerFacts {
    collations = Set.copyOf(collations);
    tables = Map.copyOf(tables);
    nonEmpty = Set.copyOf(nonEmpty);
    foreignKeys = List.copyOf(foreignKeys);
    triggers = List.copyOf(triggers);
    others = List.copyOf(others);
  }
}
