package dev.sluice.controller;

import dev.sluice.controller.port.RulesChange;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

final class RulesRecords {
  private RulesRecords() {}

  static List<ProducerRecord<String, byte[]>> of(WorkflowRecord record, RulesChange rules) {
    return List.of();
  }
}
