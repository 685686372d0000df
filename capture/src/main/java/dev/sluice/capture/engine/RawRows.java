package dev.sluice.capture.engine;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.AbstractRowsEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.ColumnType;
import com.github.shyiko.mysql.binlog.event.deserialization.DeleteRowsEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.UpdateRowsEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.WriteRowsEventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import com.github.shyiko.mysql.binlog.network.protocol.PacketChannel;
import io.debezium.connector.mysql.MySqlChangeEventSourceFactory;
import io.debezium.pipeline.ChangeEventSourceCoordinator;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes the engine's binary log client read cells by {@link RawCells}. The engine has no setting
 * for that: what it reads rows with is found in its fields, and exchanged when the connection is
 * made, before the first event.
 */
final class RawRows {

  private RawRows() {}

  /**
   * Prepares an engine that has just been started.
   *
   * @param heard hears what is read from the first event on
   * @throws IllegalStateException when the engine is not built as expected, or has begun to read
   */
  static void install(ChangeEventSourceCoordinator<?, ?> coordinator, RawEvents heard) {
    Object factory =
        field(ChangeEventSourceCoordinator.class, "changeEventSourceFactory", coordinator);
    BinaryLogClient client =
        (BinaryLogClient) field(MySqlChangeEventSourceFactory.class, "binaryLogClient", factory);
    AtomicBoolean done = new AtomicBoolean();
    client.registerLifecycleListener(
        new BinaryLogClient.AbstractLifecycleListener() {
          @Override
          public void onConnect(BinaryLogClient connected) {
            exchange(
                (EventDeserializer) field(BinaryLogClient.class, "eventDeserializer", connected));
            listen(connected, heard);
            done.set(true);
          }
        });
    // connected is set before listeners are told: whoever is not connected yet will tell ours
    if (client.isConnected() && !done.get()) {
      throw new IllegalStateException("the engine began to read before it could be prepared");
    }
  }

  private static void listen(BinaryLogClient client, RawEvents heard) {
    String skipped = client.getGtidSet();
    heard.connected(skipped == null ? "" : skipped);
    client.registerEventListener(
        event -> {
          if (event.getHeader().getEventType() == EventType.XID) {
            heard.transactionEnded();
          }
        });
    PacketChannel channel = (PacketChannel) field(BinaryLogClient.class, "channel", client);
    ByteArrayInputStream in = channel.getInputStream();
    InputStream socket = (InputStream) field(ByteArrayInputStream.class, "inputStream", in);
    set(ByteArrayInputStream.class, "inputStream", in, new HeardStream(socket, heard));
  }

  /** Bytes from the server; a single event may take long to arrive. */
  private static final class HeardStream extends FilterInputStream {
    private final RawEvents heard;

    HeardStream(InputStream in, RawEvents heard) {
      super(in);
      this.heard = heard;
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      heard.read(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      heard.read(Math.max(0, count));
      return count;
    }
  }

  private static void exchange(EventDeserializer events) {
    Map<?, ?> deserializers =
        (Map<?, ?>) field(EventDeserializer.class, "eventDataDeserializers", events);
    @SuppressWarnings("unchecked")
    Map<Long, TableMapEventData> tables =
        (Map<Long, TableMapEventData>)
            field(
                AbstractRowsEventDataDeserializer.class,
                "tableMapEventByTableId",
                deserializers.get(EventType.WRITE_ROWS));
    events.setEventDataDeserializer(EventType.WRITE_ROWS, new Write(tables));
    events.setEventDataDeserializer(EventType.UPDATE_ROWS, new Update(tables));
    events.setEventDataDeserializer(EventType.DELETE_ROWS, new Delete(tables));
    events.setEventDataDeserializer(
        EventType.EXT_WRITE_ROWS, new Write(tables).setMayContainExtraInformation(true));
    events.setEventDataDeserializer(
        EventType.EXT_UPDATE_ROWS, new Update(tables).setMayContainExtraInformation(true));
    events.setEventDataDeserializer(
        EventType.EXT_DELETE_ROWS, new Delete(tables).setMayContainExtraInformation(true));
    EventDataDeserializer<?> compressed = RawRows::refuseCompressed;
    events.setEventDataDeserializer(EventType.TRANSACTION_PAYLOAD, compressed);
  }

  /** Its rows would be read by the engine itself, and have no positions of their own. */
  private static com.github.shyiko.mysql.binlog.event.EventData refuseCompressed(
      ByteArrayInputStream in) throws IOException {
    throw new IOException(
        "a session wrote a compressed transaction: binlog_transaction_compression must be OFF in every session");
  }

  private static Object field(Class<?> owner, String name, Object object) {
    try {
      Field field = owner.getDeclaredField(name);
      field.setAccessible(true);
      return field.get(object);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException(
          "this version of the engine has no field " + owner.getSimpleName() + "." + name, e);
    }
  }

  private static void set(Class<?> owner, String name, Object object, Object value) {
    try {
      Field field = owner.getDeclaredField(name);
      field.setAccessible(true);
      field.set(object, value);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException(
          "this version of the engine lets nobody set " + owner.getSimpleName() + "." + name, e);
    }
  }

  private static final class Write extends WriteRowsEventDataDeserializer {
    Write(Map<Long, TableMapEventData> tables) {
      super(tables);
    }

    @Override
    protected Serializable deserializeCell(
        ColumnType type, int meta, int length, ByteArrayInputStream in) throws IOException {
      Serializable cell = RawCells.read(type, meta, length, in);
      return cell == null ? super.deserializeCell(type, meta, length, in) : cell;
    }
  }

  private static final class Update extends UpdateRowsEventDataDeserializer {
    Update(Map<Long, TableMapEventData> tables) {
      super(tables);
    }

    @Override
    protected Serializable deserializeCell(
        ColumnType type, int meta, int length, ByteArrayInputStream in) throws IOException {
      Serializable cell = RawCells.read(type, meta, length, in);
      return cell == null ? super.deserializeCell(type, meta, length, in) : cell;
    }
  }

  private static final class Delete extends DeleteRowsEventDataDeserializer {
    Delete(Map<Long, TableMapEventData> tables) {
      super(tables);
    }

    @Override
    protected Serializable deserializeCell(
        ColumnType type, int meta, int length, ByteArrayInputStream in) throws IOException {
      Serializable cell = RawCells.read(type, meta, length, in);
      return cell == null ? super.deserializeCell(type, meta, length, in) : cell;
    }
  }
}
