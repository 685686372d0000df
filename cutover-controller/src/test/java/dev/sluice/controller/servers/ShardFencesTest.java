package dev.sluice.controller.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.fence.Fence;
import dev.sluice.mysql.fence.FenceId;
import dev.sluice.mysql.fence.FencePlace;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.mysql.fence.FenceState;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fences of several shards as one: what one server does not do, the others do all the same. */
class ShardFencesTest {

  private final OneFence low = new OneFence("-80");
  private final OneFence high = new OneFence("80-");
  private final ShardFences fences =
      new ShardFences(Map.of("-80", low, "80-", high), 7, endpoint -> true);

  @AfterEach
  void close() {
    fences.close();
  }

  @Test
  void aShardThatDoesNotAnswerKeepsNoOtherOneClosed() throws InterruptedException {
    low.away = true;
    assertThatThrownBy(() -> fences.allow("undone")).hasMessageContaining("-80 is away");
    assertThat(high.done).containsExactly("raise 7", "allow 7");
    assertThat(low.done).isEmpty();

    low.away = false;
    fences.allow("undone");
    assertThat(low.done).containsExactly("raise 7", "allow 7");
    assertThat(high.done).containsExactly("raise 7", "allow 7", "allow 7");
  }

  /** The one is opened while the other is still being tried. */
  @Test
  void aShardThatTakesItsTimeKeepsNoOtherOneWaiting() throws InterruptedException {
    low.before = new CountDownLatch(1);
    Thread opening =
        new Thread(
            () -> {
              try {
                fences.allow("undone");
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    opening.start();
    assertThat(high.allowed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(low.done).isEmpty();
    low.before.countDown();
    opening.join(30_000);
    assertThat(low.done).containsExactly("raise 7", "allow 7");
  }

  @Test
  void oneThatLetsWritesPassMeansNotDenied() throws InterruptedException {
    low.denies = true;
    assertThat(fences.stillDenied()).isFalse();
    high.denies = true;
    assertThat(fences.stillDenied()).isTrue();
  }

  /** As the reference says of an empty server that stands in for one that is gone for good. */
  @Test
  void aServerWithoutASidecarHasNothingToEnd() throws InterruptedException {
    low.away = true;
    try (ShardFences standIn =
        new ShardFences(
            Map.of("-80", low, "80-", high), 8, endpoint -> endpoint.port() == high.port)) {
      standIn.confirm();
      standIn.exclusively((primary, pieces) -> pieces.run("drop on " + primary.port(), c -> {}));
      standIn.remove(Duration.ofSeconds(1));
    }
    assertThat(low.done).isEmpty();
    assertThat(high.done)
        .containsExactly(
            "raise 8", "raise 8", "drop on " + high.port + " 8", "raise 8", "remove 8");
  }

  @Test
  void onlyWhatHasSlippedIsTouched() throws InterruptedException {
    assertThat(fences.mend(Duration.ofSeconds(5))).isEmpty();
    low.slipped = true;
    assertThat(fences.mend(Duration.ofSeconds(5))).containsExactly("-80");
    assertThat(low.done).containsExactly("raise 7", "mend 7");
    assertThat(high.done).isEmpty();
  }

  /** Remembers what it is told. */
  private static final class OneFence implements Fence {
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final CountDownLatch allowed = new CountDownLatch(1);
    private final String shard;
    private final int port;
    private volatile boolean away;
    private volatile boolean denies;
    private volatile boolean slipped;
    private volatile CountDownLatch before = new CountDownLatch(0);

    OneFence(String shard) {
      this.shard = shard;
      this.port = shard.equals("-80") ? 3306 : 3307;
    }

    private void act(String what) {
      try {
        before.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (away) {
        throw new SluiceException(ErrorCode.MYSQL_UNAVAILABLE, shard + " is away", "wait");
      }
      done.add(what);
    }

    @Override
    public FencePlace place() {
      return new FencePlace(
          new FenceId("uuid", FenceSide.TARGET, shard),
          "move",
          new Endpoint("127.0.0.1", port, "u", () -> "p", "customer", Map.of()),
          List.of("customer"));
    }

    @Override
    public void raiseEpoch(long controllerEpoch) {
      act("raise " + controllerEpoch);
    }

    @Override
    public void arm(long controllerEpoch, Duration limit) {
      act("arm " + controllerEpoch);
    }

    @Override
    public String deny(long controllerEpoch, String reason, Duration limit) {
      act("deny " + controllerEpoch);
      return "token";
    }

    @Override
    public void allow(long controllerEpoch, String reason, Duration grace) {
      act("allow " + controllerEpoch);
      allowed.countDown();
    }

    @Override
    public void exclusively(long controllerEpoch, String action, Work work) {
      act(action + " " + controllerEpoch);
    }

    @Override
    public FenceState state() {
      return new FenceState(true, denies, 7, Optional.empty(), Optional.empty());
    }

    @Override
    public boolean denies() {
      return denies;
    }

    @Override
    public boolean slipped() {
      return slipped;
    }

    @Override
    public void mend(long controllerEpoch, Duration limit) {
      act("mend " + controllerEpoch);
    }

    @Override
    public void remove(long controllerEpoch, Duration limit) {
      act("remove " + controllerEpoch);
    }

    @Override
    public void close() {}
  }
}
