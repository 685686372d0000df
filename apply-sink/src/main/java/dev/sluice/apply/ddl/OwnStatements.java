package dev.sluice.apply.ddl;

import dev.sluice.mysql.ddl.OwnDdl;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.sidecar.Checkpoint;
import dev.sluice.mysql.sidecar.Checkpoints;
import dev.sluice.schemas.workflow.ApplierId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * Announces DDL that an applier runs in its checkpoint row, so that captures of the other direction
 * let exactly that statement pass. Thread-safe; connections are the caller's.
 */
public final class OwnStatements {

  private final Checkpoints checkpoints;
  private final ApplierId applier;
  private final String stream;
  private final long ownerEpoch;
  private final String schema;

  /**
   * @param stream whose checkpoint row carries the announcement
   * @param schema that holds the tables written
   */
  public OwnStatements(
      Checkpoints checkpoints, ApplierId applier, String stream, long ownerEpoch, String schema) {
    this.checkpoints = checkpoints;
    this.applier = applier;
    this.stream = stream;
    this.ownerEpoch = ownerEpoch;
    this.schema = schema;
  }

  /** The token of a statement that the stream brought. */
  String tokenOf(String gtid) {
    return token("ddl/" + gtid);
  }

  /** The token of the statement that adds a table's deferred indexes. */
  public String indexToken(String table) {
    return token("index/" + table);
  }

  private String token(String what) {
    String name = Checkpoints.programName(applier) + "/" + stream + "/" + what;
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** The checkpoint row as committed. */
  Checkpoint checkpoint(Connection connection) throws SQLException {
    return checkpoints.read(connection, applier, stream).orElseThrow();
  }

  /**
   * Says that the statement comes next; to be committed before it is run.
   *
   * @return the statement with its mark: this is what must be run
   */
  public String announce(Connection connection, String token, String table, String statement)
      throws SQLException {
    String marked = OwnDdl.marked(statement, token, digest(connection, table));
    checkpoints.announceDdl(connection, applier, stream, ownerEpoch, token, marked);
    return marked;
  }

  /** Says that the statement has run. */
  public void clear(Connection connection) throws SQLException {
    checkpoints.clearDdl(connection, applier, stream, ownerEpoch);
  }

  /** True when the table is no longer as it was before the statement that was announced. */
  boolean hasChanged(Connection connection, String table, String marked) throws SQLException {
    Optional<String> before = OwnDdl.before(marked);
    return before.isPresent() && !before.get().equals(digest(connection, table));
  }

  /** Of the table's definition, without its counter. */
  private String digest(Connection connection, String table) throws SQLException {
    String definition =
        new InformationSchema(connection)
            .showCreate(schema, table)
            .replaceAll(" AUTO_INCREMENT=\\d+", "");
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(definition.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
