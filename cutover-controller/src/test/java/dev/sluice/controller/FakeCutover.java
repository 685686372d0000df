package dev.sluice.controller;

import dev.sluice.controller.port.CutoverServers;
import dev.sluice.controller.port.Drain;
import dev.sluice.controller.port.SequenceStep;
import dev.sluice.controller.port.SideFence;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.vdiff.VDiffEntry;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fences of both sides in memory: remembers what was done, fails or dies where a test says so, and
 * never lets both sides take writes (I12).
 */
public final class FakeCutover implements CutoverServers {

  /** A controller that is killed at this place: nothing after it is done. */
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    public Killed(String place) {
      super(place);
    }
  }

  public final List<String> done = new ArrayList<>();
  public final Map<String, RuntimeException> failures = new LinkedHashMap<>();
  public final Map<FenceSide, Boolean> armed = new EnumMap<>(FenceSide.class);
  public final Map<FenceSide, Boolean> denied = new EnumMap<>(FenceSide.class);
  public final Set<FenceSide> raised = EnumSet.noneOf(FenceSide.class);

  /** Sides where something is gone that denied writes. */
  public final Set<FenceSide> slipped = EnumSet.noneOf(FenceSide.class);

  /** Sides that give out ids. */
  public final Set<FenceSide> ids = EnumSet.of(FenceSide.SOURCE);

  public final Map<String, String> unreachable = new LinkedHashMap<>();
  public List<String> transactions = List.of();
  public List<String> renameProblems = List.of();
  public String bypassed;

  public boolean sequencesForgotten;

  /** Tables that hold rows of somebody else's. */
  public List<String> left = List.of();

  /** Sides whose servers do not answer. */
  public final Set<FenceSide> away = EnumSet.noneOf(FenceSide.class);

  /** Somebody has let writes pass that are denied. */
  public boolean openedByHand;

  public Optional<VDiffEntry> vdiff = Optional.empty();

  /** The place to be killed at; null for none. */
  public String killAt;

  /** As a running workflow has them. */
  public FakeCutover running() {
    armed.put(FenceSide.TARGET, true);
    denied.put(FenceSide.TARGET, true);
    denied.put(FenceSide.SOURCE, false);
    return this;
  }

  /** Lets the next try of something fail. */
  public void fail(String what, ErrorCode code, String message) {
    failures.put(what, new SluiceException(code, message, "wait"));
  }

  public boolean accepts(FenceSide side) {
    return !denied.getOrDefault(side, false);
  }

  private void act(String what) {
    if ((what + " before").equals(killAt)) {
      throw new Killed(what);
    }
    RuntimeException failure = failures.remove(what);
    if (failure != null) {
      throw failure;
    }
    done.add(what);
  }

  private void acted(String what) {
    if ((what + " after").equals(killAt)) {
      throw new Killed(what);
    }
  }

  @Override
  public SideFence fence(WorkflowRecord record, FenceSide side) {
    return new FakeFence(side);
  }

  private final class FakeFence implements SideFence {

    private final FenceSide side;

    FakeFence(FenceSide side) {
      this.side = side;
    }

    @Override
    public void raise() {
      reach();
      raised.add(side);
    }

    private void reach() {
      if (away.contains(side)) {
        throw new SluiceException(
            ErrorCode.MYSQL_UNAVAILABLE, "the " + side.word() + " does not answer", "wait");
      }
    }

    @Override
    public void confirm() {
      raised.add(side);
    }

    @Override
    public void arm(Duration limit) {
      act("arm " + side.word());
      armed.put(side, true);
    }

    @Override
    public Map<String, String> unreachable() {
      return side == FenceSide.TARGET ? unreachable : Map.of();
    }

    @Override
    public boolean denied() {
      return denied.getOrDefault(side, false) && !slipped.contains(side);
    }

    @Override
    public List<String> mend(Duration limit) {
      reach();
      if (!slipped.contains(side)) {
        return List.of();
      }
      act("mend " + side.word());
      slipped.remove(side);
      return List.of("-80");
    }

    @Override
    public boolean stillDenied() {
      return denied() && !openedByHand;
    }

    @Override
    public Map<String, String> deny(String reason, Duration limit) {
      act("deny " + side.word());
      if (!armed.getOrDefault(side, false)) {
        throw new IllegalStateException("denied before it was armed: " + side);
      }
      denied.put(side, true);
      acted("deny " + side.word());
      return Map.of("-", "token", "-80", "token", "80-", "token");
    }

    @Override
    public void allow(String reason) {
      raise();
      act("allow " + side.word());
      denied.put(side, false);
      if (accepts(FenceSide.SOURCE) && accepts(FenceSide.TARGET)) {
        throw new AssertionError("both sides take writes");
      }
      acted("allow " + side.word());
    }

    @Override
    public void remove(Duration limit) {
      if (limit.toSeconds() > 1) {
        throw new AssertionError("a live table stands still again and again for " + limit);
      }
      act("remove " + side.word());
      armed.remove(side);
      denied.remove(side);
    }

    @Override
    public void close() {}
  }

  @Override
  public Drain drain(WorkflowRecord record, FenceSide losing) {
    act("follow");
    return new Drain() {
      @Override
      public void await(Map<String, String> tokens, Duration limit) {
        act("drain");
        acted("drain");
      }

      @Override
      public void requireSilence() {
        if (bypassed != null) {
          throw new SluiceException(ErrorCode.FENCE_BYPASSED, bypassed, "look who");
        }
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void openSequences(WorkflowRecord record, FenceSide side) {
    giveIds(side);
  }

  private void giveIds(FenceSide side) {
    act("ids " + side.word());
    ids.add(side);
    if (ids.size() > 1) {
      throw new AssertionError("both sides give out ids");
    }
  }

  @Override
  public SequenceStep sequences(WorkflowRecord record, FenceSide gaining) {
    return new SequenceStep() {
      @Override
      public void raise() {
        act("sequences");
        ids.remove(gaining == FenceSide.TARGET ? FenceSide.SOURCE : FenceSide.TARGET);
        acted("sequences");
      }

      @Override
      public void open() {
        giveIds(gaining);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void forgetSequences(WorkflowRecord record) {
    requireStanding(FenceSide.TARGET);
    sequencesForgotten = true;
  }

  /** What is taken away is guarded by a fence that stands, and that this controller has raised. */
  private void requireStanding(FenceSide side) {
    if (!raised.contains(side)) {
      throw new AssertionError("something is taken away before the epoch counts: " + side);
    }
  }

  @Override
  public List<String> removeTargetTables(WorkflowRecord record) {
    requireStanding(FenceSide.TARGET);
    if (!done.contains("delete rows")) {
      throw new AssertionError("tables go while an applier's commit still counts");
    }
    act("drop target");
    return left;
  }

  @Override
  public void deleteSidecarRows(WorkflowRecord record) {
    requireStanding(FenceSide.SOURCE);
    requireStanding(FenceSide.TARGET);
    act("delete rows");
  }

  @Override
  public List<String> openTransactions(
      WorkflowRecord record, FenceSide side, Duration olderThan, long rows) {
    return transactions;
  }

  @Override
  public void voidHolds(WorkflowRecord record, Instant until) {}

  @Override
  public void awaitRouters(long rulesEpoch, Duration limit) {
    act("routers");
  }

  @Override
  public Optional<VDiffEntry> lastVDiff(WorkflowRecord record) {
    return vdiff;
  }

  @Override
  public List<String> renameProblems(WorkflowRecord record) {
    return renameProblems;
  }

  @Override
  public void removeSourceTables(WorkflowRecord record, boolean rename) {
    if (accepts(FenceSide.SOURCE)) {
      throw new AssertionError("tables go that still take writes");
    }
    requireStanding(FenceSide.SOURCE);
    act(rename ? "rename source" : "drop source");
  }
}
