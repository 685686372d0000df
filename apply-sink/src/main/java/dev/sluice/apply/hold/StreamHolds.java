package dev.sluice.apply.hold;

import dev.sluice.apply.core.StreamGate;
import dev.sluice.apply.core.StreamPlace;
import dev.sluice.schemas.request.HoldState;
import dev.sluice.schemas.request.Holds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds an applier's streams, each at its own HOLD marker, for as long as the requests say, and
 * never longer than {@link #LONGEST}. Thread-safe: the planner's thread asks {@link #closed}, the
 * applier's thread does the rest.
 *
 * <p>A stream is closed from when the cut is planned, so nothing behind it is on its way when it
 * has been committed; whether to hold at all is decided only then. Who does not know whether to
 * hold, does not.
 */
public final class StreamHolds implements StreamGate {

  /** An applier holds no longer than this. */
  public static final Duration LONGEST = Duration.ofSeconds(10);

  /** To find out whether anybody still wants it, an applier waits no longer than this. */
  private static final Duration ASKING = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(StreamHolds.class);

  /** What the longest hold looks like now. */
  public record Held(String token, Instant since) {}

  private enum State {
    OPEN,
    /** The cut is planned, not committed. */
    PLANNED,
    /** It is committed; whether it holds is not known yet. */
    REACHED,
    HELD
  }

  private static final class Stream {
    private State state = State.OPEN;
    private List<String> tokens = List.of();
    private String token;
    private Instant since;
  }

  private final Holds requests;
  private final Clock clock;
  private final String applier;
  private final List<Stream> streams = new ArrayList<>();

  public StreamHolds(Holds requests, int streams, Clock clock, String applier) {
    this.requests = requests;
    this.clock = clock;
    this.applier = applier;
    for (int i = 0; i < streams; i++) {
      this.streams.add(new Stream());
    }
  }

  @Override
  public synchronized void close(int stream) {
    streams.get(stream).state = State.PLANNED;
  }

  @Override
  public synchronized boolean closed(int stream) {
    Stream asked = streams.get(stream);
    if (asked.state == State.HELD) {
      openIfOver(asked);
    }
    return asked.state != State.OPEN;
  }

  /** The stream's place is committed on the shard. */
  public synchronized void committed(StreamPlace place) {
    Stream stream = streams.get(place.stream());
    if (stream.state == State.PLANNED && !place.holds().isEmpty()) {
      stream.state = State.REACHED;
      stream.tokens = place.holds();
    }
  }

  /**
   * Decides for every stream that has come to a marker whether it holds; may wait a moment for the
   * requests.
   *
   * @return true when one begins to hold
   */
  public boolean settle() throws InterruptedException {
    boolean begun = false;
    for (int stream = 0; stream < streams.size(); stream++) {
      begun |= settle(streams.get(stream));
    }
    return begun;
  }

  private boolean settle(Stream stream) throws InterruptedException {
    List<String> tokens;
    synchronized (this) {
      if (stream.state != State.REACHED) {
        return false;
      }
      tokens = stream.tokens;
    }
    String live = live(tokens);
    synchronized (this) {
      stream.state = live == null ? State.OPEN : State.HELD;
      stream.token = live;
      stream.since = clock.instant();
    }
    if (live != null) {
      LOG.atInfo().addKeyValue("applier", applier).addKeyValue("token", live).log("applier holds");
    }
    return live != null;
  }

  /** The request was written before its marker: who has read to the present end knows it. */
  private String live(List<String> tokens) throws InterruptedException {
    boolean unknown = tokens.stream().anyMatch(t -> requests.state(t) == HoldState.UNKNOWN);
    if (unknown && !requests.readOn(ASKING)) {
      return null;
    }
    return tokens.stream()
        .filter(t -> requests.state(t) == HoldState.LIVE)
        .findFirst()
        .orElse(null);
  }

  /** The hold of a stream, the one that began first; null when none holds. */
  public synchronized Held held() {
    Held first = null;
    for (Stream stream : streams) {
      if (stream.state == State.HELD) {
        openIfOver(stream);
      }
      if (stream.state == State.HELD && (first == null || stream.since.isBefore(first.since()))) {
        first = new Held(stream.token, stream.since);
      }
    }
    return first;
  }

  private void openIfOver(Stream stream) {
    HoldState state = requests.state(stream.token);
    boolean tooLong = !clock.instant().isBefore(stream.since.plus(LONGEST));
    if (state == HoldState.LIVE && !tooLong) {
      return;
    }
    stream.state = State.OPEN;
    LOG.atInfo()
        .addKeyValue("applier", applier)
        .addKeyValue("token", stream.token)
        .addKeyValue("millis", Duration.between(stream.since, clock.instant()).toMillis())
        .addKeyValue("because", state == HoldState.LIVE ? "10 s are over" : state)
        .log("applier goes on");
  }
}
