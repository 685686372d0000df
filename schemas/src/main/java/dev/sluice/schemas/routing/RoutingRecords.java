package dev.sluice.schemas.routing;

import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.SluiceJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Rules as records of {@code sluice.routing-rules}. A removal has no value; its epoch stands in
 * headers. Stateless.
 */
public final class RoutingRecords {

  private static final String EPOCH = "rulesEpoch";
  private static final String IN_EPOCH = "rulesInEpoch";

  private RoutingRecords() {}

  /** The records of a change. */
  public static List<ProducerRecord<String, byte[]>> of(RoutingChange change, long rulesEpoch) {
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    for (RoutingRule rule : change.rules(rulesEpoch)) {
      records.add(
          new ProducerRecord<>(TopicNames.ROUTING_RULES, rule.key(), SluiceJson.write(rule)));
    }
    return records;
  }

  /** Records that remove rules. */
  public static List<ProducerRecord<String, byte[]>> removal(List<String> keys, long rulesEpoch) {
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    for (String key : keys) {
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>(TopicNames.ROUTING_RULES, key, null);
      record.headers().add(EPOCH, text(rulesEpoch)).add(IN_EPOCH, text(keys.size()));
      records.add(record);
    }
    return records;
  }

  private static byte[] text(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }

  /** Epoch of a removal; 0 when it does not say. */
  static long epoch(Headers headers) {
    return number(headers.lastHeader(EPOCH), 0);
  }

  /** Records in the epoch of a removal; 1 when it does not say. */
  static int inEpoch(Headers headers) {
    return (int) number(headers.lastHeader(IN_EPOCH), 1);
  }

  private static long number(Header header, long otherwise) {
    return header == null
        ? otherwise
        : Long.parseLong(new String(header.value(), StandardCharsets.US_ASCII));
  }
}
