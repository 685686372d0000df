package dev.sluice.controller.upkeep;

import dev.sluice.controller.ControllerPausePoints;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.kafka.TopicAdmin;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * Deletes from the topics of one direction of a workflow what every applier that reads it has
 * applied: of a data partition all before the ranges that its one reader still needs, of a journal
 * partition all before the checkpoint's own record of its slowest reader, and never the newest COPY
 * cut, which a capture reads when it starts. The journal is cut last: after a crash in between, the
 * ranges to be deleted are found in it again. Not thread-safe.
 */
final class Trimmer {

  private static final long CHECKED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Direction direction;
  private final String uuid;
  private final TopicNames names;
  private final MovePlan plan;
  private final int writers;
  private final TopicAdmin admin;
  private final PausePoints pausePoints;
  private final Floors floors;
  private final long[][] read;
  private final long[] journalCut;
  private Map<String, String> topicIds;
  private long checkedNanos;

  Trimmer(
      WorkflowRecord record,
      Direction direction,
      TopicAdmin admin,
      Duration keep,
      PausePoints pausePoints) {
    this.direction = direction;
    this.uuid = record.uuid();
    this.names = TopicNames.of(record.name(), direction);
    this.plan = record.plan();
    this.writers = plan.writtenShards(direction).size();
    this.admin = admin;
    this.pausePoints = pausePoints;
    List<String> streams = plan.readShards(direction);
    this.floors = new Floors(streams, plan.writtenShards(direction), keep);
    this.read = new long[streams.size()][writers];
    for (long[] ofStream : read) {
      Arrays.fill(ofStream, -1);
    }
    this.journalCut = new long[streams.size()];
  }

  String uuid() {
    return uuid;
  }

  /**
   * Takes note of where the appliers are, and deletes what has not been needed for long enough.
   *
   * @throws SluiceException what Kafka answered; to be tried again later
   */
  void tick(List<ApplierStatus> appliers, Journals journals, Instant now) {
    List<ApplierStatus> ours =
        appliers.stream().filter(a -> direction.word().equals(a.direction())).toList();
    floors.sample(ours, now);
    long[][] applied = floors.at(now).orElse(null);
    if (applied == null) {
      return;
    }
    for (int stream = 0; stream < applied.length; stream++) {
      trim(stream, applied[stream], journals);
    }
  }

  private void trim(int stream, long[] applied, Journals journals) {
    TopicPartition journal = new TopicPartition(names.journal(), stream);
    long beginning = -1;
    long from = Long.MAX_VALUE;
    for (int writer = 0; writer < writers; writer++) {
      if (applied[writer] > read[stream][writer]) {
        beginning = beginning < 0 ? journals.beginning(journal) : beginning;
        from = Math.min(from, Math.max(beginning, read[stream][writer] + 1));
      }
    }
    if (from == Long.MAX_VALUE) {
      return;
    }
    long to = Arrays.stream(applied).max().orElseThrow();
    Map<TopicPartition, Long> due = new HashMap<>();
    boolean whole =
        journals.read(
            journal, from, to, (cut, offset) -> gather(stream, cut, offset, applied, due));
    if (!whole) {
      return;
    }
    checkTopics();
    pausePoints.at(ControllerPausePoints.TRIM_BEFORE_DATA);
    delete(due);
    pausePoints.at(ControllerPausePoints.TRIM_AFTER_DATA);
    for (int writer = 0; writer < writers; writer++) {
      read[stream][writer] = Math.max(read[stream][writer], applied[writer]);
    }
    trimJournal(stream, journal, applied, journals);
  }

  /** Notes the ends of the cut's ranges whose readers have applied the cut. */
  private void gather(
      int stream, Cut cut, long offset, long[] applied, Map<TopicPartition, Long> due) {
    if (!cut.workflowUuid().equals(uuid)) {
      throw gone("journal " + names.journal() + " belongs to workflow " + cut.workflowUuid());
    }
    for (OffsetRange range : cut.ranges()) {
      int writer = range.partition() - plan.partition(direction, stream, 0);
      if (writer >= 0 && writer < writers && offset <= applied[writer]) {
        due.merge(
            new TopicPartition(names.data(range.table()), range.partition()),
            range.end(),
            Math::max);
      }
    }
  }

  private void trimJournal(int stream, TopicPartition journal, long[] applied, Journals journals) {
    long slowest = Arrays.stream(applied).min().orElseThrow();
    if (slowest <= journalCut[stream] || slowest < journals.beginning(journal)) {
      return;
    }
    long[] keepFrom = {slowest};
    boolean whole =
        journals.read(
            journal,
            slowest,
            slowest,
            (cut, offset) -> {
              if (cut.lastCopyCutOffset() >= 0) {
                keepFrom[0] = Math.min(slowest, cut.lastCopyCutOffset());
              }
            });
    if (whole && keepFrom[0] > journalCut[stream]) {
      delete(Map.of(journal, keepFrom[0]));
      journalCut[stream] = keepFrom[0];
      pausePoints.at(ControllerPausePoints.TRIM_AFTER_JOURNAL);
    }
  }

  /**
   * A controller that was frozen must not touch topics that bear the same names and belong to
   * another workflow: those have other ids.
   */
  private void checkTopics() {
    TreeSet<String> topics = new TreeSet<>();
    topics.add(names.journal());
    plan.tables().forEach(table -> topics.add(names.data(table.name())));
    Map<String, String> ids = admin.ids(topics);
    if (topicIds == null) {
      topicIds = ids;
    } else if (!topicIds.equals(ids)) {
      throw gone("the topics of the workflow were deleted and made again");
    }
    checkedNanos = System.nanoTime();
  }

  private void delete(Map<TopicPartition, Long> before) {
    if (System.nanoTime() - checkedNanos > CHECKED_NANOS) {
      checkTopics();
    }
    admin.deleteRecords(before);
  }

  private static SluiceException gone(String what) {
    return new SluiceException(
        ErrorCode.JOURNAL_GAP, what, "nothing: the present workflow's controller goes on");
  }
}
