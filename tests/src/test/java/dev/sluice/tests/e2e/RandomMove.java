package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A schema, an application and a move of it, all by one seed. The application's statements, the
 * shape and options of the move are the same for the same seed; how they meet in time is not. Not
 * thread-safe.
 */
final class RandomMove implements AutoCloseable {

  private static final List<List<String>> SHAPES =
      List.of(
          List.of("-"),
          List.of("-80", "80-"),
          List.of("-50", "50-a0", "a0-"),
          List.of("-10", "10-60", "60-e0", "e0-"));

  /**
   * How much there is of everything; a seed means another move in each.
   *
   * @param test that runs it
   * @param property that says which seeds
   * @param tables at most
   * @param numbers of keys, one of these for each table
   * @param largest statements of a transaction
   * @param transactions of each writer after all tables are copied
   */
  record Scale(
      String test,
      String property,
      int tables,
      List<Integer> numbers,
      int largest,
      int transactions) {

    /** Some seconds. */
    static final Scale SMALL =
        new Scale("fiveAreEqual", "random.small", 2, List.of(12, 60, 300), 300, 15);

    static final Scale FULL =
        new Scale("manyAreEqual", "random.seeds", 4, List.of(12, 60, 300, 1_400), 5_000, 60);
  }

  private static final List<RandomDdl.Policy> POLICIES =
      List.of(
          RandomDdl.Policy.STOP,
          RandomDdl.Policy.IGNORE,
          RandomDdl.Policy.EXEC,
          RandomDdl.Policy.EXEC);

  /** Numbers that values of the column that places rows are made of. */
  private static final int PLACES = 48;

  private static final int FILL = 150;

  final long seed;
  final String from;
  final String into;
  private final String workflow;
  private final Keyspaces keyspaces;
  private final Path directory;
  private final Map<String, List<String>> types;
  private final List<String> sourceShards;
  private final RandomDdl.Policy policy;
  private final Map<String, Object> options = new HashMap<>();
  private final List<RandomWriter> writers = new ArrayList<>();
  private final Scale scale;

  /**
   * Decides; nothing is made yet.
   *
   * @param keyspaces which get this move's two
   */
  RandomMove(long seed, StackScope scope, Keyspaces keyspaces, Path directory, Scale scale) {
    this.seed = seed;
    this.workflow = scope.workflow() + "-" + seed;
    this.keyspaces = keyspaces;
    this.directory = directory;
    this.scale = scale;
    this.from = "from" + seed;
    this.into = "into" + seed;
    this.types = TypeColumns.all(seed);
    Rolls rolls = new Rolls(seed, "move");
    sourceShards = SHAPES.get(rolls.weighted(75, 18, 7));
    List<String> targetShards = SHAPES.get(rolls.weighted(25, 40, 20, 15));
    policy =
        rolls.of(
            sourceShards.size() > 1
                ? List.of(RandomDdl.Policy.STOP, RandomDdl.Policy.IGNORE)
                : POLICIES);
    options.put("on-ddl", policy.name().toLowerCase(java.util.Locale.ROOT));
    options.put("copy.slice", rolls.of(List.of("100ms", "300ms", "1s")));
    options.put("copy.readers", rolls.between(1, 3));
    options.put("defer-secondary-keys", rolls.percent(70));
    options.put("copy.max-backlog-bytes", rolls.of(List.of("1MiB", "10GiB")));
    Stack stack = scope.stack();
    List<MysqlServer> targets = stack.options().targetShards().stream().map(stack::target).toList();
    keyspaces.add(from, scope.sourceSchema(), List.of(stack.source()), sourceShards);
    keyspaces.add(into, scope.targetSchema(), targets, targetShards);
    if (sourceShards.size() == 1 && rolls.percent(20)) {
      keyspaces.replica(from, stack.mysql("source/replica"));
      options.put("read-from", "replica");
    }
    if (rolls.percent(15) && tables().stream().noneMatch(RandomTable::needsChunkedCopy)) {
      options.put("copy", "debezium-snapshot");
    }
    for (RandomTable table : tables()) {
      keyspaces.vindex(from, table.name, "v").vindex(into, table.name, "v");
    }
  }

  String workflow() {
    return workflow;
  }

  /** The same tables at each call. */
  List<RandomTable> tables() {
    Rolls rolls = new Rolls(seed, "tables");
    List<RandomTable> tables = new ArrayList<>();
    int count = rolls.between(1, scale.tables());
    for (int i = 0; i < count; i++) {
      tables.add(new RandomTable("t" + i, rolls, types, scale.numbers(), sourceShards.size()));
    }
    return tables;
  }

  /** The body that creates the workflow. */
  Map<String, Object> spec() {
    return Map.of(
        "name", workflow,
        "source", from,
        "target", into,
        "tables", tables().stream().map(table -> table.name).toList(),
        "options", options);
  }

  /** Makes the tables and puts rows into them. */
  void prepare() throws SQLException, IOException {
    for (int shard = 0; shard < sourceShards.size(); shard++) {
      int writersHere = sourceShards.size() == 1 ? 2 : 1;
      for (int i = 0; i < writersHere; i++) {
        writers.add(writer(shard, i));
      }
    }
  }

  private RandomWriter writer(int shard, int number) throws SQLException, IOException {
    String what = "seed " + seed + " shard " + shard + " writer " + number;
    Keyspaces.Place place = keyspaces.shards(from).get(shard);
    List<RandomTable> tables = tables();
    List<List<Integer>> places = new ArrayList<>();
    for (RandomTable table : tables) {
      places.add(placesIn(place, table.place));
    }
    RandomStatements statements =
        new RandomStatements(
            tables, places, new Rolls(seed, "statements" + what), shard, sourceShards.size());
    RandomDdl ddl =
        number > 0 || shard > 0
            ? null
            : new RandomDdl(policy, tables, types, new Rolls(seed, "ddl"));
    RandomWriter writer =
        new RandomWriter(
            what,
            place,
            statements,
            ddl,
            new Rolls(seed, "transactions" + what),
            scale.largest(),
            directory.resolve("seed-" + seed + "-" + shard + "-" + number + ".sql"));
    if (number == 0) {
      fill(writer, statements, tables);
    }
    return writer;
  }

  private void fill(RandomWriter writer, RandomStatements statements, List<RandomTable> tables)
      throws SQLException, IOException {
    Rolls rolls = new Rolls(seed, "fill");
    for (int i = 0; i < tables.size(); i++) {
      writer.prepare(new RandomStatements.Sql(tables.get(i).create(), null));
      int rows = rolls.percent(10) ? 0 : tables.get(i).numbers;
      for (int done = 0; done < rows; done += FILL) {
        writer.prepare(statements.fill(i, FILL, done == 0));
      }
    }
  }

  /** The server itself says which values lie in a shard. */
  private List<Integer> placesIn(Keyspaces.Place shard, RandomTable.Place place)
      throws SQLException {
    List<Integer> found = new ArrayList<>();
    try (Connection connection = shard.toCompare().connections().openUtc();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMPORARY TABLE placed (m INT, v " + place.type() + ")");
      for (int m = 0; m < PLACES; m++) {
        statement.execute(
            "INSERT INTO placed VALUES (" + m + ", " + place.valueOf(Integer.toString(m)) + ")");
      }
      try (ResultSet result =
          statement.executeQuery(
              "SELECT m FROM placed WHERE "
                  + TableRows.inRange(place.canonical(), shard.keyRange())
                  + " ORDER BY m")) {
        while (result.next()) {
          found.add(result.getInt(1));
        }
      }
      statement.execute("DROP TEMPORARY TABLE placed");
    }
    assertThat(found).as("values of %s in %s", place.type(), shard.keyRange()).isNotEmpty();
    return found;
  }

  void startWriters() {
    writers.forEach(RandomWriter::start);
  }

  /** What an operator does in mid-move, once all tables are copied. */
  enum Event {
    NONE,
    STOP_AND_START,
    RECOPY,
    DDL_BY_HAND
  }

  Event event() {
    Event event = Event.values()[new Rolls(seed, "event").weighted(45, 20, 15, 20)];
    if (event == Event.RECOPY && policy == RandomDdl.Policy.EXEC) {
      // nothing runs what no stream brings
      return Event.STOP_AND_START;
    }
    return event == Event.DDL_BY_HAND && policy != RandomDdl.Policy.STOP ? Event.NONE : event;
  }

  /** Streams that bring rows. */
  int streams() {
    return sourceShards.size();
  }

  /** Runs the same DDL on every shard of one side. */
  void ddlByHand(String keyspace) {
    for (Keyspaces.Place place : keyspaces.shards(keyspace)) {
      place
          .server()
          .execute(
              "ALTER TABLE `"
                  + place.schema()
                  + "`."
                  + tables().get(0).name
                  + " ADD COLUMN by_hand DATE NULL DEFAULT '2001-02-03', ADD KEY (by_hand)");
    }
  }

  void allowDdl() {
    writers.forEach(RandomWriter::allowDdl);
  }

  /** The least that any writer has committed. */
  long transactions() {
    return writers.stream().mapToLong(RandomWriter::transactions).min().orElseThrow();
  }

  void stopWriters() throws InterruptedException {
    for (RandomWriter writer : writers) {
      writer.stop();
      assertThat(writer.rowsChanged()).as("%s", this).isPositive();
    }
  }

  /** Every row, column by column by HEX(), and where it lies; the tables' columns too. */
  void isEqual() throws SQLException {
    List<ShardToCompare> sources = keyspaces.toCompare(from);
    List<ShardToCompare> targets = keyspaces.toCompare(into);
    for (RandomTable table : tables()) {
      TableRows source = TableRows.of(sources, table.name, table.place.canonical());
      TableRows target = TableRows.of(targets, table.name, table.place.canonical());
      assertThat(target.columns()).as("columns of %s, %s", table, this).isEqualTo(source.columns());
      if (!source.count().equals(target.count())) {
        throw new AssertionError(
            table
                + "\nrows only on the source:\n"
                + source.beyond(target)
                + "\nonly on the target:\n"
                + target.beyond(source)
                + "\n"
                + this);
      }
      assertThat(source.misplaced()).as("the test's own, %s", this).isEmpty();
      assertThat(target.misplaced()).as("%s", this).isEmpty();
    }
  }

  @Override
  public String toString() {
    return "seed "
        + seed
        + ": "
        + keyspaces.shards(from).stream().map(Keyspaces.Place::keyRange).toList()
        + " -> "
        + keyspaces.shards(into).stream().map(Keyspaces.Place::keyRange).toList()
        + ", "
        + options
        + ", "
        + tables()
        + "; statements in "
        + directory
        + "; again with -Psoak -Dtest=RandomMovesTest#"
        + scale.test()
        + " -D"
        + scale.property()
        + "="
        + seed;
  }

  @Override
  public void close() throws SQLException, IOException {
    for (RandomWriter writer : writers) {
      writer.close();
    }
  }
}
