package dev.sluice.tests.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.schemas.journal.Marker;
import dev.sluice.schemas.request.Request;
import dev.sluice.schemas.request.RequestFollower;
import dev.sluice.schemas.request.RequestWriter;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An applier that stops exactly at a VDiff's marker: real topics, real server. */
@Tag("apply")
@ExtendWith(SharedStack.class)
class HoldTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private ApplyFixture fixture;
  private TestStream stream;
  private RequestFollower follower;
  private RequestWriter writer;
  private String workflow;
  private String uuid;

  @BeforeEach
  void open(StackScope scope) {
    fixture = new ApplyFixture(scope).table("t", "id INT PRIMARY KEY, name VARCHAR(40)").topics();
    stream = fixture.stream(0);
    stream.consistent().cut();
    workflow = fixture.applierId().workflow();
    uuid = fixture.applierId().workflowUuid();
    writer = new RequestWriter(fixture.kafka());
    follower = new RequestFollower(fixture.kafka(), workflow, uuid, Clock.systemUTC()).start();
    fixture.holds(follower);
  }

  @AfterEach
  void close() {
    fixture.close();
    writer.close();
    follower.close();
  }

  private String ask(Duration until) throws InterruptedException {
    String token = UUID.randomUUID().toString();
    writer.write(workflow, new Request.Hold(uuid, token, "vdiff", Instant.now().plus(until)));
    return token;
  }

  private void row(long id) {
    stream.create("t", id, new Utf8("n" + id));
  }

  private List<String> ids() {
    return fixture.rows("SELECT id FROM t ORDER BY id");
  }

  private void awaitHeld(ApplyFixture.Running applier) {
    await()
        .atMost(LIMIT)
        .until(() -> applier.status() != null && applier.status().heldSince() != null);
  }

  @Test
  void itHoldsExactlyAtTheMarkerAndGoesOnWithinMillisecondsOfTheRelease() throws Exception {
    ApplyFixture.Running applier = fixture.start();
    List<Long> goneOn = new ArrayList<>();
    List<Long> unheld = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      row(10L * round + 3);
      long sent = System.nanoTime();
      fixture.awaitCut(stream.cut());
      unheld.add(Duration.ofNanos(System.nanoTime() - sent).toMillis());
      String token = ask(Duration.ofMinutes(1));
      row(10L * round + 1);
      long at = stream.marker(token, Marker.HOLD).cut();
      row(10L * round + 2);
      long behind = stream.cut();
      fixture.awaitCut(at);
      awaitHeld(applier);
      assertThat(fixture.appliedCut()).isEqualTo(at);
      assertThat(ids()).contains("" + (10 * round + 1)).doesNotContain("" + (10 * round + 2));

      writer.write(workflow, new Request.HoldReleased(uuid, token));
      long released = System.nanoTime();
      fixture.awaitCut(behind);
      goneOn.add(Duration.ofNanos(System.nanoTime() - released).toMillis());
      assertThat(ids()).contains("" + (10 * round + 2));
      await().atMost(LIMIT).until(() -> applier.status().heldSince() == null);
    }
    System.out.println(
        "held appliers went on after " + goneOn + " ms; changes took " + unheld + " ms");
    goneOn.sort(null);
    unheld.sort(null);
    // a change takes the same way; on a busy machine neither is quick
    assertThat(goneOn.get(2))
        .as("median of %s; of changes that were not held, %s", goneOn, unheld)
        .isLessThan(150 + 2 * unheld.get(2));
  }

  @Test
  void itDoesNotHoldForARequestThatIsOverOrVoidOrWasNeverMade() throws Exception {
    ApplyFixture.Running applier = fixture.start();
    stream.marker(UUID.randomUUID().toString(), Marker.HOLD).cut();
    stream.marker(ask(Duration.ZERO), Marker.HOLD).cut();
    String released = ask(Duration.ofMinutes(1));
    writer.write(workflow, new Request.HoldReleased(uuid, released));
    stream.marker(released, Marker.HOLD).cut();
    String voided = ask(Duration.ofMinutes(1));
    writer.write(workflow, new Request.HoldsVoided(uuid, null));
    stream.marker(voided, Marker.HOLD).cut();
    row(1);
    fixture.awaitCut(stream.cut());
    // one whose end has not been read yet is held for a moment; its end is told a little later
    await().atMost(LIMIT).until(() -> applier.status().heldSince() == null);

    String live = ask(Duration.ofMinutes(1));
    long at = stream.marker(live, Marker.HOLD).cut();
    row(2);
    long behind = stream.cut();
    fixture.awaitCut(at);
    awaitHeld(applier);
    writer.write(workflow, new Request.HoldsVoided(uuid, null));
    fixture.awaitCut(behind);
  }

  @Test
  void whoIsKilledWhileItHoldsHoldsAgainOnlyWhileItIsAsked(@TempDir Path pauses) throws Exception {
    String token = ask(Duration.ofMinutes(2));
    row(1);
    long at = stream.marker(token, Marker.HOLD).cut();
    row(2);
    long behind = stream.cut();
    fixture.start("APPLY_HELD", pauses);
    await().atMost(LIMIT).until(() -> Files.exists(pauses.resolve("APPLY_HELD.reached")));

    ApplyFixture.Running second = fixture.start();
    awaitHeld(second);
    assertThat(fixture.appliedCut()).isEqualTo(at);
    second.stop();
    writer.write(workflow, new Request.HoldReleased(uuid, token));

    fixture.start();
    await().atMost(LIMIT).until(() -> fixture.appliedCut() >= behind);
    assertThat(ids()).containsExactly("1", "2");
    Files.writeString(pauses.resolve("APPLY_HELD.go"), "");
  }
}
