package dev.sluice.server.http;

import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.controller.status.StatusAssembler;
import dev.sluice.controller.status.WorkflowStatus;
import dev.sluice.schemas.status.StatusBoard;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.schemas.workflow.WorkflowRecord;
import io.javalin.http.Handler;
import io.javalin.http.sse.SseClient;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/events}: server-sent events. {@code status} for what streams and appliers say,
 * {@code transition} for changes of state, {@code progress} once a second for each open workflow. A
 * reader that is too slow is cut off. Thread-safe.
 */
public final class EventStream implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
  private static final int MAX_READERS = 32;
  private static final int QUEUE = 512;
  private static final long KEEP_ALIVE_SECONDS = 5;

  private static final long END_MILLIS = 2_000;
  private static final String MEDIA_TYPE = "text/event-stream";

  private record Event(String name, String json) {}

  private final Supplier<Iterable<WorkflowRecord>> records;
  private final UnitStatuses statuses;
  private final Clock clock;
  private final List<Reader> readers = new CopyOnWriteArrayList<>();
  private final Map<String, StatusAssembler> assemblers = new HashMap<>();
  private final Map<String, Integer> seen = new HashMap<>();
  private volatile boolean closed;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "events");
            thread.setDaemon(true);
            return thread;
          });

  public EventStream(
      Supplier<Iterable<WorkflowRecord>> records, UnitStatuses statuses, Clock clock) {
    this.records = records;
    this.statuses = statuses;
    this.clock = clock;
    ticker.scheduleWithFixedDelay(this::progress, 1, 1, TimeUnit.SECONDS);
  }

  Handler handler() {
    return context -> {
      if (!takesEvents(context.header("Accept"))) {
        throw new ApiException(
            406, "notAcceptable", "this is a stream of events", "send Accept: text/event-stream");
      }
      if (readers.size() >= MAX_READERS) {
        throw new ApiException(
            503, "tooManyReaders", MAX_READERS + " readers are connected", "close one of them");
      }
      context.contentType(MEDIA_TYPE).header("Cache-Control", "no-cache");
      context.header("X-Accel-Buffering", "no");
      context.res().flushBuffer();
      context.async(task -> task.timeout = 0, () -> read(new SseClient(context)));
    };
  }

  /**
   * Whether a reader takes events: also one that names nothing, or everything, as most clients do.
   * Javalin's own handler wants the media type named.
   */
  private static boolean takesEvents(String accept) {
    return accept == null
        || accept.isBlank()
        || Stream.of(MEDIA_TYPE, "text/*", "*/*").anyMatch(accept::contains);
  }

  /** Takes a status that was read. */
  public void onStatus(StatusBoard.Entry<?> entry) {
    if (!readers.isEmpty()) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("key", entry.key());
      shown.put("status", entry.status());
      send("status", shown);
    }
  }

  /** Takes a record that was read. */
  public void onRecord(WorkflowRecord record) {
    int known;
    synchronized (seen) {
      known = seen.getOrDefault(record.uuid(), 0);
      seen.put(record.uuid(), record.history().size());
    }
    record.history().stream()
        .skip(known)
        .forEach(
            transition -> {
              Map<String, Object> shown = new LinkedHashMap<>();
              shown.put("workflow", record.name());
              shown.put("from", transition.from());
              shown.put("to", transition.to());
              shown.put("at", transition.at());
              shown.put("by", transition.by());
              shown.put("reason", transition.reason());
              send("transition", shown);
            });
  }

  private void progress() {
    if (readers.isEmpty()) {
      assemblers.clear();
      return;
    }
    for (WorkflowRecord record : records.get()) {
      if (!record.state().ended() && record.plan() != null) {
        StatusAssembler assembler =
            assemblers.computeIfAbsent(record.uuid(), uuid -> new StatusAssembler(statuses));
        assembler.sample(record, clock.instant());
        WorkflowStatus status = assembler.assemble(record, null, null, List.of(), clock.instant());
        send("progress", status);
      }
    }
  }

  private void send(String name, Object data) {
    if (readers.isEmpty()) {
      return;
    }
    Event event = new Event(name, new String(SluiceJson.write(data), StandardCharsets.UTF_8));
    readers.forEach(reader -> reader.offer(event));
  }

  private void read(SseClient client) {
    client.keepAlive();
    Reader reader = new Reader(client);
    // fails when the caller has gone already
    client.ctx().req().getAsyncContext().addListener(reader.container());
    client.onClose(reader::end);
    readers.add(reader);
    if (closed) {
      // the caller has its answer's head before it is a reader: it missed the end
      reader.end();
    }
    reader.thread.start();
  }

  /** One connection: a bounded queue and a thread that empties it. */
  private final class Reader {

    private final SseClient client;
    private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread = new Thread(this::pump, "events-reader");
    private volatile boolean over;

    /** The container has ended the call, and its request and response are another call's by now. */
    private volatile boolean gone;

    private Reader(SseClient client) {
      this.client = client;
      thread.setDaemon(true);
    }

    private void offer(Event event) {
      if (!queue.offer(event)) {
        LOG.atWarn().log("reader of events is too slow and is cut off");
        end();
      }
    }

    private void end() {
      over = true;
      readers.remove(this);
      thread.interrupt();
    }

    private void pump() {
      try {
        while (!over && !client.terminated()) {
          Event event = queue.poll(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
          if (event == null) {
            client.sendComment("still here");
          } else {
            client.sendEvent(event.name(), event.json());
          }
        }
      } catch (InterruptedException e) {
        LOG.atDebug().log("reader of events ended");
      } finally {
        over = true;
        readers.remove(this);
        if (!gone) {
          client.close();
        }
      }
    }

    private AsyncListener container() {
      return new AsyncListener() {
        @Override
        public void onComplete(AsyncEvent event) {
          gone();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
          gone();
        }

        @Override
        public void onError(AsyncEvent event) {
          gone();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
          // the same call goes on
        }
      };
    }

    private void gone() {
      gone = true;
      end();
    }
  }

  @Override
  public void close() {
    closed = true;
    ticker.shutdownNow();
    List<Reader> ending = List.copyOf(readers);
    ending.forEach(Reader::end);
    // each ends its call itself, before the server that it belongs to stops
    for (Reader reader : ending) {
      try {
        reader.thread.join(END_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
