package dev.sluice.controller.topics;

import dev.sluice.controller.port.MoveTopics;
import dev.sluice.controller.preflight.Finding;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.kafka.TopicAdmin;
import dev.sluice.schemas.registry.SchemaRules;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** {@link MoveTopics} in Kafka. Thread-safe. */
public final class KafkaMoveTopics implements MoveTopics {

  private static final String SUBJECTS = "registry_subjects";
  private static final String SUBJECT_REMEDY =
      "delete the subject if nobody reads it, or give it the compatibility level NONE, or choose"
          + " another workflow name";
  private static final int DELETE_ATTEMPTS = 100;
  private static final long DELETE_POLL_MILLIS = 100;

  private final TopicAdmin admin;
  private final SchemaRules rules;
  private final String registryUrl;

  public KafkaMoveTopics(TopicAdmin admin, SchemaRules rules, String registryUrl) {
    this.admin = admin;
    this.rules = rules;
    this.registryUrl = registryUrl;
  }

  @Override
  public List<Finding> preflight(WorkflowSpec spec, List<String> tables) {
    List<Finding> findings = new ArrayList<>();
    TopicNames names = TopicNames.of(spec.name(), Direction.FORWARD);
    for (String problem : names.problems(tables)) {
      findings.add(
          Finding.refuse(
              "topic_names",
              spec.name(),
              problem,
              "choose another workflow name, or rename the table, or leave it out of the move"));
    }
    checkKafka(spec.name(), tables, findings);
    findings.add(checkRegistry());
    return findings;
  }

  private void checkKafka(String workflow, List<String> tables, List<Finding> findings) {
    try {
      int brokers = admin.brokers();
      findings.add(Finding.ok("kafka", "Kafka", brokers + " broker(s) answer"));
      Set<String> wanted = new TreeSet<>();
      for (Direction direction : Direction.values()) {
        TopicNames names = TopicNames.of(workflow, direction);
        tables.forEach(table -> wanted.add(names.data(table)));
        wanted.add(names.journal());
        wanted.add(names.requests());
      }
      Set<String> taken = admin.meeting(wanted);
      findings.add(
          taken.isEmpty()
              ? Finding.ok("topic_names_free", workflow, "the topic names are free")
              : Finding.refuse(
                  "topic_names_free",
                  String.join(", ", taken),
                  "topics of these names exist already, or of names that Kafka takes for the same",
                  "choose another workflow name, or delete the topics if nothing uses them"));
      if (admin.replicas(TopicNames.WORKFLOWS) == 1) {
        findings.add(
            Finding.warn(
                "replication_factor",
                TopicNames.WORKFLOWS,
                "topics are kept on one broker only: its loss ends the move",
                "set topics.replication.factor to 3 where there are three brokers"));
      }
    } catch (SluiceException e) {
      findings.add(Finding.refuse("kafka", "Kafka", e.getMessage(), e.remedy()));
    }
  }

  private Finding checkRegistry() {
    try {
      return Finding.ok(
          "registry",
          registryUrl,
          "the schema registry answers, its compatibility level is " + rules.globalLevel());
    } catch (SluiceException e) {
      return Finding.refuse("registry", registryUrl, e.getMessage(), e.remedy());
    }
  }

  @Override
  public List<Finding> schemas(WorkflowSpec spec, MovePlan plan) {
    List<TableSchema> tables = plan.tables().stream().map(TablePlan::schema).toList();
    List<Finding> findings = new ArrayList<>();
    try {
      for (Direction direction : Direction.values()) {
        rules
            .refusals(TopicNames.of(spec.name(), direction), tables)
            .forEach(
                (subject, reason) ->
                    findings.add(Finding.refuse(SUBJECTS, subject, reason, SUBJECT_REMEDY)));
      }
    } catch (SluiceException e) {
      findings.add(Finding.refuse("registry", registryUrl, e.getMessage(), e.remedy()));
    }
    if (findings.isEmpty()) {
      findings.add(Finding.ok(SUBJECTS, spec.name(), "the registry takes every schema"));
    }
    return findings;
  }

  @Override
  public void create(WorkflowRecord record) {
    admin.createWorkflowTopics(partitions(record));
    admin.createRequestsTopic(TopicNames.of(record.name(), Direction.FORWARD).requests());
  }

  @Override
  public Set<String> keepForEver(WorkflowRecord record) {
    return admin.keepForEver(partitions(record).keySet());
  }

  /** Number of partitions of each of the workflow's topics, the way back's included. */
  private static Map<String, Integer> partitions(WorkflowRecord record) {
    MovePlan plan = record.plan();
    Map<String, Integer> partitions = new LinkedHashMap<>();
    for (Direction direction : Direction.values()) {
      TopicNames names = TopicNames.of(record.name(), direction);
      int streams = plan.readShards(direction).size();
      partitions.put(names.journal(), streams);
      for (TablePlan table : plan.tables()) {
        partitions.put(names.data(table.name()), plan.partitions());
      }
      for (int stream = 0; stream < streams; stream++) {
        partitions.put(names.schemaHistory(stream), 1);
      }
    }
    return partitions;
  }

  @Override
  public Deletion deletion(WorkflowRecord record) {
    Set<String> names = topicsOf(record);
    names.addAll(admin.startingWith(TopicNames.of(record.name(), Direction.FORWARD).vdiffPrefix()));
    Map<String, String> found = admin.idsOfExisting(names);
    return () -> delete(record, found);
  }

  private void delete(WorkflowRecord record, Map<String, String> found)
      throws InterruptedException {
    admin.deleteTopicsById(found.values());
    List<String> groups = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      groups.add(TopicNames.of(record.name(), direction).applyGroup());
    }
    groups.add(TopicNames.of(record.name(), Direction.FORWARD).vdiffApplication());
    admin.deleteGroups(groups);
    for (int attempt = 0; !left(found).isEmpty(); attempt++) {
      if (attempt == DELETE_ATTEMPTS) {
        throw new SluiceException(
            ErrorCode.KAFKA_UNAVAILABLE,
            "topics " + left(found) + " are still there after their deletion",
            "check that the brokers allow delete.topic.enable; Sluice goes on by itself");
      }
      TimeUnit.MILLISECONDS.sleep(DELETE_POLL_MILLIS);
    }
  }

  /** Those that are still there: one of the same name with another id is not ours. */
  private Set<String> left(Map<String, String> found) {
    Map<String, String> left = admin.idsOfExisting(found.keySet());
    left.entrySet().retainAll(found.entrySet());
    return left.keySet();
  }

  private static Set<String> topicsOf(WorkflowRecord record) {
    Set<String> topics = new TreeSet<>();
    for (Direction direction : Direction.values()) {
      TopicNames names = TopicNames.of(record.name(), direction);
      topics.add(names.journal());
      topics.add(names.requests());
      record.plan().tables().forEach(table -> topics.add(names.data(table.name())));
      for (int stream = 0; stream < record.plan().readShards(direction).size(); stream++) {
        topics.add(names.schemaHistory(stream));
      }
    }
    return topics;
  }
}
