package dev.sluice.schemas.topics;

import dev.sluice.schemas.workflow.Direction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The one place that knows topic, subject and consumer group names. Thread-safe. */
public final class TopicNames {

  public static final String WORKFLOWS = "sluice.workflows";
  public static final String ROUTING_RULES = "sluice.routing-rules";
  public static final String STATUS = "sluice.status";
  public static final String WORK = "sluice.work";

  /** What VDiffs were asked and what they found. */
  public static final String VDIFFS = "sluice.vdiffs";

  public static final String ROUTER_ACKS = "sluice.router-acks";

  /** Kafka's own limit. */
  private static final int MAX_BYTES = 249;

  private static final String REVERSE = "_reverse";

  private static final Pattern WORKFLOW = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  private final String prefix;

  private TopicNames(String prefix) {
    this.prefix = prefix;
  }

  /**
   * Names of one direction of a workflow.
   *
   * @throws IllegalArgumentException when the workflow's name is not allowed
   */
  public static TopicNames of(String workflow, Direction direction) {
    checkWorkflow(workflow);
    return new TopicNames(direction == Direction.FORWARD ? workflow : workflow + REVERSE);
  }

  /**
   * Checks a workflow name.
   *
   * @throws IllegalArgumentException when the name is not allowed, with the rule it breaks
   */
  public static void checkWorkflow(String workflow) {
    if (workflow == null || !WORKFLOW.matcher(workflow).matches()) {
      throw new IllegalArgumentException(
          "workflow name \""
              + workflow
              + "\": use 1 to 63 of a-z, 0-9, _ and -, beginning with a letter or digit");
    }
    if (workflow.endsWith(REVERSE) || workflow.equals("sluice") || workflow.equals("work")) {
      throw new IllegalArgumentException(
          "workflow name \""
              + workflow
              + "\" is reserved: it must not end in _reverse nor be sluice or work");
    }
  }

  public String journal() {
    return prefix + ".journal";
  }

  /** Topic of a table's row changes. */
  public String data(String table) {
    return prefix + "." + encode(table);
  }

  /**
   * Topic of one stream's schema history.
   *
   * @param stream the stream's number, from 0
   */
  public String schemaHistory(int stream) {
    return prefix + ".schema-history." + stream;
  }

  public String requests() {
    return prefix + ".requests";
  }

  /** Prefix of every topic that the VDiffs of the workflow use. */
  public String vdiffPrefix() {
    return prefix + ".vdiff.";
  }

  /** Digests of chunks, by side and shard. */
  public String vdiffDigests() {
    return vdiffPrefix() + "digests";
  }

  /** Keys and digests of the rows of chunks that differ, by side and shard. */
  public String vdiffRows() {
    return vdiffPrefix() + "rows";
  }

  /** What comparing them found, on its way to whoever scans. */
  public String vdiffOutcomes() {
    return vdiffPrefix() + "outcomes";
  }

  /** The Kafka Streams application that compares; its own topics begin with this. */
  public String vdiffApplication() {
    return vdiffPrefix() + "job";
  }

  /** What each chunk was found to be, for good: compacted, one record a chunk. */
  public String vdiffResults() {
    return vdiffPrefix() + "results";
  }

  /** Consumer group that holds the appliers' offsets, for lag tools. */
  public String applyGroup() {
    return "sluice." + prefix + ".apply";
  }

  /** Consumer group whose members share the units of a role. */
  public static String workGroup(String role) {
    return WORK + "." + role;
  }

  public static String keySubject(String topic) {
    return topic + "-key";
  }

  public static String valueSubject(String topic) {
    return topic + "-value";
  }

  /**
   * What Kafka compares two topics' names by: it refuses a topic whose name differs from another's
   * only in dots and underscores, since its metrics could not tell them apart.
   */
  public static String collisionKey(String topic) {
    return topic.replace('.', '_');
  }

  /**
   * Checks the topic names of a move, those of the other direction included.
   *
   * @return one sentence for each table whose topic name would be too long, collide with another
   *     table's or with one of Sluice's own topics of the workflow; empty when all are fine
   */
  public List<String> problems(Collection<String> tables) {
    List<String> problems = new ArrayList<>();
    Map<String, String> seen = new HashMap<>();
    for (String table : tables) {
      String topic = data(table);
      String longest = prefix.endsWith(REVERSE) ? topic : prefix + REVERSE + "." + encode(table);
      String other = seen.put(collisionKey(topic), table);
      if (longest.length() > MAX_BYTES) {
        problems.add(
            "table "
                + table
                + ": topic name "
                + longest
                + " has "
                + longest.length()
                + " bytes, Kafka takes "
                + MAX_BYTES);
      } else if (other != null) {
        problems.add(
            "tables "
                + other
                + " and "
                + table
                + " share the topic name "
                + topic
                + ", as Kafka compares names");
      } else if (isReserved(topic)) {
        problems.add("table " + table + ": topic name " + topic + " is one of the workflow's own");
      }
    }
    return problems;
  }

  private boolean isReserved(String topic) {
    String key = collisionKey(topic);
    return key.equals(collisionKey(journal()))
        || key.equals(collisionKey(requests()))
        || key.startsWith(collisionKey(prefix + ".schema-history."))
        || key.startsWith(collisionKey(prefix + ".vdiff."));
  }

  /** Keeps {@code [A-Za-z0-9_-]}; every other byte of the UTF-8 form becomes {@code .xHH}. */
  static String encode(String table) {
    StringBuilder name = new StringBuilder(table.length());
    for (byte b : table.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c >= 'a' && c <= 'z'
          || c >= 'A' && c <= 'Z'
          || c >= '0' && c <= '9'
          || c == '_'
          || c == '-') {
        name.append(c);
      } else {
        name.append(String.format(Locale.ROOT, ".x%02X", (int) c));
      }
    }
    return name.toString();
  }
}
