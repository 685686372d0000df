package dev.sluice.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Who may import whom: dependencies go one way, and modules that meet through topics do not meet in
 * code.
 */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {

  private static final String SCHEMAS = "dev.sluice.schemas..";
  private static final String MYSQL = "dev.sluice.mysql..";
  private static final String CAPTURE = "dev.sluice.capture..";
  private static final String APPLY = "dev.sluice.apply..";
  private static final String CONTROLLER = "dev.sluice.controller..";
  private static final String SERVER = "dev.sluice.server..";
  private static final String VDIFF = "dev.sluice.vdiff..";
  private static final String TESTS = "dev.sluice.tests..";

  @ArchTest
  static final ArchRule schemasKnowNobody =
      noClasses()
          .that()
          .resideInAPackage(SCHEMAS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              MYSQL,
              CAPTURE,
              APPLY,
              VDIFF,
              CONTROLLER,
              SERVER,
              TESTS,
              "com.mysql..",
              "java.sql..",
              "io.debezium..",
              "io.javalin..",
              "java.net.http..");

  /**
   * Confluent's own artifacts take the place of the unpacked client when the build has them: so one
   * package knows the client, and nobody what lies inside the jar it was unpacked from.
   */
  @ArchTest
  static final ArchRule onePackageKnowsTheRegistrysClient =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice..")
          .and()
          .resideOutsideOfPackage("dev.sluice.schemas.registry..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.confluent..", "org.apache.pinot..");

  @ArchTest
  static final ArchRule nobodyKnowsTheUnpackedJar =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.pinot..");

  @ArchTest
  static final ArchRule mysqlKnowsNoKafka =
      noClasses()
          .that()
          .resideInAPackage(MYSQL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              CAPTURE,
              APPLY,
              VDIFF,
              CONTROLLER,
              SERVER,
              TESTS,
              "org.apache.kafka..",
              "io.debezium..");

  @ArchTest
  static final ArchRule captureMeetsOthersThroughTopicsOnly =
      noClasses()
          .that()
          .resideInAPackage(CAPTURE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(APPLY, VDIFF, CONTROLLER, SERVER, TESTS);

  @ArchTest
  static final ArchRule applySinkKnowsNeitherDebeziumNorTheSource =
      noClasses()
          .that()
          .resideInAPackage(APPLY)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CAPTURE, VDIFF, CONTROLLER, SERVER, TESTS, "io.debezium..");

  @ArchTest
  static final ArchRule vdiffMeetsCaptureAndAppliersThroughTopicsOnly =
      noClasses()
          .that()
          .resideInAPackage(VDIFF)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CAPTURE, APPLY, CONTROLLER, SERVER, TESTS, "io.debezium..");

  @ArchTest
  static final ArchRule theControllerKnowsNoRowData =
      noClasses()
          .that()
          .resideInAPackage(CONTROLLER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              CAPTURE,
              APPLY,
              VDIFF,
              SERVER,
              TESTS,
              "io.debezium..",
              "dev.sluice.schemas.change..",
              "dev.sluice.schemas.avro..");

  @ArchTest
  static final ArchRule theProductKnowsNoTests =
      noClasses()
          .that()
          .resideInAPackage(SERVER)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(TESTS);

  @ArchTest
  static final ArchRule errorsAreClassifiedInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackages(MYSQL, TESTS)
          .should()
          .callMethod(java.sql.SQLException.class, "getErrorCode")
          .orShould()
          .callMethod(java.sql.SQLException.class, "getSQLState");
}
