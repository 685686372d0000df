package dev.sluice.tests.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.fence.Fence;
import dev.sluice.mysql.fence.FenceId;
import dev.sluice.mysql.fence.FenceKind;
import dev.sluice.mysql.fence.FencePlace;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.mysql.fence.Fences;
import dev.sluice.mysql.sequence.IdAllocator;
import dev.sluice.mysql.sequence.IdHandover;
import dev.sluice.mysql.sequence.Sequences;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.tests.stack.SharedStack;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sides of which only one counts, and controllers of which only one acts, on real servers. */
@Tag("fence")
@ExtendWith(SharedStack.class)
class IdHandoverSidesTest extends IdHandoverCase {

  /** As it is custom on shards: their tables count nothing, ids come from the sequence. */
  @Test
  void tablesThatCountOnOneSideAloneGoOnAboveTheOther() throws Exception {
    Endpoint source = on(commerce, 0);
    for (int shard = 0; shard < 2; shard++) {
      update(on(customer, shard), "ALTER TABLE plain MODIFY id BIGINT UNSIGNED NOT NULL");
      // what nobody can look for without reading the whole table
      update(
          on(customer, shard),
          "ALTER TABLE vacant MODIFY id SMALLINT NOT NULL, DROP PRIMARY KEY, ADD PRIMARY KEY (a,"
              + " id)");
    }
    update(source, "INSERT INTO plain (id, v) VALUES (100, 1)");
    try (IdHandover there = handover(commerce, customer)) {
      there.carry();
      there.handOver();
      there.open();
    }
    IdAllocator writer = allocator("plain");
    assertThat(writer.next()).isEqualTo(101);
    IdAllocator other = allocator("vacant");
    assertThat(other.next()).isEqualTo(1);

    try (IdHandover back = handover(customer, commerce)) {
      back.carry();
      back.handOver();
      back.open();
    }
    assertThatThrownBy(allocator("plain")::next).hasMessageContaining("closed");
    update(source, "INSERT INTO plain (v) VALUES (2)");
    update(source, "INSERT INTO vacant (a, j) VALUES ('b', '{}')");
    // the writer still has 102 to 1,100
    assertThat(number(source, "SELECT MAX(id) FROM plain")).isEqualTo(1_101);
    assertThat(number(source, "SELECT MAX(id) FROM vacant")).isEqualTo(1_001);
  }

  /** Who gives out ids without a counter needs none raised: it keeps no switch from happening. */
  @Test
  void aGainingTableWithoutACounterIsLeftAsItIs() throws Exception {
    update(on(commerce, 0), "ALTER TABLE plain MODIFY id BIGINT UNSIGNED NOT NULL");
    update(on(customer, 1), "INSERT INTO plain (id) VALUES (100)");
    update(on(customer, 1), "INSERT INTO strict (no, code, price) VALUES (77, 'a', 6)");
    try (IdHandover there = handover(customer, commerce)) {
      there.carry();
      there.handOver();
      there.open();
    }
    update(on(commerce, 0), "INSERT INTO strict (code, price) VALUES ('b', 6)");
    assertThat(number(on(commerce, 0), "SELECT MAX(no) FROM strict")).isEqualTo(78);
    assertThat(number(on(commerce, 0), "SELECT COUNT(*) FROM plain")).isZero();
  }

  /** One that wakes up when another controller has undone its switch: writers go on. */
  @Test
  void aControllerThatWasReplacedNeitherClosesNorOpensAnything() throws Exception {
    FenceId id = new FenceId(UUID.randomUUID().toString(), FenceSide.TARGET, "-80");
    FencePlace place =
        new FencePlace(id, scope.workflow(), on(customer, 0), List.copyOf(COLUMNS.keySet()));
    Fences fences = new Fences(new MySqlSessions("test"), Sidecar.DEFAULT_SCHEMA);
    try (Fence old = fences.of(FenceKind.TRIGGERS, place);
        Fence now = fences.of(FenceKind.TRIGGERS, place);
        IdHandover there = handover(commerce, customer);
        IdHandover back =
            handover(
                customer,
                commerce,
                COLUMNS.keySet(),
                (action, change) -> old.exclusively(1, action, change::on),
                unguarded(commerce))) {
      there.carry();
      there.handOver();
      there.open();
      old.raiseEpoch(1);
      back.carry();
      now.raiseEpoch(2);

      assertThatThrownBy(back::handOver)
          .isInstanceOfSatisfying(
              SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));

      assertThat(allocator("plain").next()).isEqualTo(1);
      now.exclusively(
          2,
          "close",
          connection ->
              new Sequences(Sidecar.DEFAULT_SCHEMA)
                  .close(connection, List.of(Sequences.name(customer.name(), "plain"))));
      assertThatThrownBy(allocator("plain")::next).hasMessageContaining("closed");
    } finally {
      update(
          on(customer, 0), "DELETE FROM _sluice.fence WHERE id LIKE '" + id.workflowUuid() + "%'");
    }
  }
}
