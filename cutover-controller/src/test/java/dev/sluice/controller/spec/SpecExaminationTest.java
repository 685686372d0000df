package dev.sluice.controller.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.controller.FakeRecords;
import dev.sluice.controller.FakeSides;
import dev.sluice.controller.Records;
import dev.sluice.controller.preflight.Finding;
import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.schemas.workflow.WorkflowState;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpecExaminationTest {

  private final FakeSides sides = new FakeSides();
  private final FakeRecords records = new FakeRecords();

  private SpecExamination.Result examine(String json) throws JsonProcessingException {
    return new SpecExamination(FakeSides.keyspaces(), sides, sides, records)
        .examine(SluiceJson.mapper().readTree(json.replace('\'', '"')));
  }

  @Test
  void aGoodSpecHasTablesAndVindexesOfBothPlaces() throws JsonProcessingException {
    SpecExamination.Result result =
        examine(
            "{'name':'m','source':'commerce','target':'customer','tables':['customer','corder'],"
                + "'vindexes':{'corder':{'column':'customer_id','type':'sha256'}},"
                + "'options':{'copy.readers':4,'copy.slice':'2s','auto-start':false}}");

    assertThat(result.findings()).isEmpty();
    assertThat(result.tables()).containsExactly("customer", "corder");
    assertThat(result.targetVindexes()).containsOnlyKeys("customer", "corder");
    assertThat(result.spec().options().copyReaders()).isEqualTo(4);
    assertThat(result.spec().options().autoStart()).isFalse();
  }

  @Test
  void everyOffenderIsNamedByItsPath() throws JsonProcessingException {
    SpecExamination.Result result =
        examine(
            "{'name':'Bad Name','source':'commerce','target':'customer','colour':'red',"
                + "'tables':['customr','corder','corder','product'],"
                + "'vindexes':{'corder':{'column':'nope','type':'sha256'},'other':{'column':'id','type':'md5'}},"
                + "'options':{'copy':'by-hand','copy.readers':99,'copy.slice':'fast','speed':1}}");

    assertThat(result.findings()).allMatch(Finding::refuses);
    assertThat(result.findings())
        .extracting(Finding::object)
        .containsExactlyInAnyOrder(
            "name",
            "colour",
            "tables[0]",
            "tables[2]",
            "vindexes.other.type",
            "vindexes.corder.column",
            "vindexes.product",
            "options.copy",
            "options.copy.readers",
            "options.copy.slice",
            "options.speed");
  }

  @Test
  void keyspacesMustBeConfiguredAndDiffer() throws JsonProcessingException {
    assertThat(
            examine("{'name':'m','source':'commerce','target':'commerce','tables':['corder']}")
                .findings())
        .extracting(Finding::object)
        .contains("target");
    assertThat(examine("{'name':'m','source':'x','target':'y','tables':['corder']}").findings())
        .extracting(Finding::object)
        .containsExactly("source", "target");
    assertThat(examine("{}").findings())
        .extracting(Finding::object)
        .contains("name", "source", "target", "tables");
  }

  @Test
  void ddlIsRunOnlyFromOneSourceShard() throws JsonProcessingException {
    String spec =
        "{'name':'m','source':'%s','target':'%s','tables':['customer'],'options':{'on-ddl':'exec'}}";

    assertThat(examine(spec.formatted("customer", "commerce")).findings())
        .extracting(Finding::object)
        .contains("options.on-ddl");
    assertThat(examine(spec.formatted("commerce", "customer")).findings())
        .extracting(Finding::object)
        .doesNotContain("options.on-ddl");
  }

  @Test
  void allTakesEveryTableButTheExcluded() throws JsonProcessingException {
    SpecExamination.Result result =
        examine(
            "{'name':'m','source':'commerce','target':'customer','all':true,'exclude':['product','corder']}");
    assertThat(result.findings()).isEmpty();
    assertThat(result.tables()).containsExactly("customer");

    assertThat(
            examine(
                    "{'name':'m','source':'commerce','target':'customer','all':true,'exclude':['typo']}")
                .findings())
        .extracting(Finding::object)
        .contains("exclude[0]");
  }

  @Test
  void aTableOfAnotherOpenWorkflowIsTakenUntilThatEnds() throws JsonProcessingException {
    String spec = "{'name':'m','source':'commerce','target':'customer','tables':['customer']}";
    records.with(Records.in("other", WorkflowState.STOPPED));
    assertThat(examine(spec).findings())
        .extracting(Finding::object, Finding::message)
        .containsExactly(
            tuple("tables[0]", "table customer is part of workflow other, which is open"));

    records.with(Records.in("other", WorkflowState.CANCELLED));
    assertThat(examine(spec).findings()).isEmpty();
  }

  @Test
  void everyTableThatIsTakenOnEitherSideIsNamed() throws JsonProcessingException {
    records.with(Records.in("other", WorkflowState.COPYING, "customer", "corder"));

    // from one of its ends onward, the same way, into it, and under another name of the keyspace
    for (String ends :
        List.of(
            "'source':'customer','target':'warehouse'",
            "'source':'commerce','target':'warehouse'",
            "'source':'warehouse','target':'commerce'",
            "'source':'alias','target':'warehouse'")) {
      assertThat(
              examine("{'name':'m'," + ends + ",'tables':['product','corder','customer']}")
                  .findings())
          .as(ends)
          .extracting(Finding::object, Finding::message)
          .contains(
              tuple("tables[1]", "table corder is part of workflow other, which is open"),
              tuple("tables[2]", "table customer is part of workflow other, which is open"))
          .noneMatch(finding -> finding.toList().contains("tables[0]"));
    }
    assertThat(
            examine("{'name':'m','source':'commerce','target':'warehouse','all':true}").findings())
        .extracting(Finding::object, Finding::message)
        .containsExactlyInAnyOrder(
            tuple("all", "table corder is part of workflow other, which is open"),
            tuple("all", "table customer is part of workflow other, which is open"));

    records.with(Records.in("other", WorkflowState.COMPLETED, "customer", "corder"));
    assertThat(
            examine("{'name':'m','source':'commerce','target':'warehouse','tables':['corder']}")
                .findings())
        .isEmpty();
  }

  private void rule(String workflow, String toKeyspace, String... names) {
    records.write(
        Records.in("other", WorkflowState.COPYING, "line"),
        RoutingChange.open(List.of(names), EnumSet.of(TabletType.PRIMARY), toKeyspace, workflow));
  }

  @Test
  void aQualifiedRuleThatLeadsElsewhereOrIsAnothersIsNeverTaken() throws JsonProcessingException {
    String spec = "{'name':'m','source':'commerce','target':'customer','tables':['customer']}";
    rule(null, "warehouse", "commerce.customer");
    assertThat(examine(spec).findings())
        .extracting(Finding::object, Finding::message)
        .containsExactly(
            tuple(
                "tables[0]",
                "the routing rule commerce.customer@primary leads to keyspace warehouse: end that"
                    + " workflow, or, if nobody follows the rule any more, sluice routing-rules"
                    + " remove --table commerce.customer"));

    rule("other", "customer", "customer.customer");
    rule(null, "commerce", "commerce.customer");
    assertThat(examine(spec).findings())
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.message())
                    .contains("customer.customer@primary", "belongs to workflow other"));

    rule(null, "alias", "commerce.customer", "customer.customer");
    assertThat(examine(spec).findings()).as("another name of the source").isEmpty();
  }

  @Test
  void anUnqualifiedRuleOfAnotherMoveStaysAndIsNamed() throws JsonProcessingException {
    String spec = "{'name':'m','source':'commerce','target':'customer','tables':['customer']}";
    rule(null, "warehouse", "customer");
    for (String workflow : new String[] {null, "other"}) {
      rule(workflow, "warehouse", "customer");
      assertThat(examine(spec).findings())
          .singleElement()
          .satisfies(
              finding -> {
                assertThat(finding.warns()).isTrue();
                assertThat(finding.check()).isEqualTo("routing_rules");
                assertThat(finding.message()).contains("customer@primary", "warehouse");
              });
    }
    rule(null, "commerce", "customer");
    assertThat(examine(spec).findings()).isEmpty();
  }

  @Test
  void aKeyspaceCannotBeMovedIntoItselfUnderAnotherName() throws JsonProcessingException {
    assertThat(
            examine("{'name':'m','source':'commerce','target':'alias','tables':['corder']}")
                .findings())
        .extracting(Finding::object)
        .contains("target");
  }

  @Test
  void findingsOfTheServersAreCarriedOn() throws JsonProcessingException {
    sides.findings.add(
        Finding.refuse("gtid_mode", "commerce/-", "gtid_mode is OFF", "switch it on"));

    SpecExamination.Result result =
        examine("{'name':'m','source':'commerce','target':'customer','tables':['customer']}");

    assertThat(result.ok()).isFalse();
    assertThat(result.findings()).extracting(Finding::check).containsExactly("gtid_mode");
  }
}
