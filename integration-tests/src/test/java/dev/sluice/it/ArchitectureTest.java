package dev.sluice.it;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;

/** The arrows between the modules, and where the foreign types end. */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String COMMON = "dev.sluice.common..";
    private static final String INGEST = "dev.sluice.ingest..";
    private static final String PROCESSOR = "dev.sluice.processor..";
    private static final String CONSUMER = "dev.sluice.consumer..";
    private static final String LOADER = "dev.sluice.loader..";
    private static final String STAGING = "dev.sluice.loader.staging..";
    private static final String LOCAL = "dev.sluice.local..";
    private static final String CLI = "dev.sluice.cli..";

    @ArchTest
    static final ArchRule COMMON_KNOWS_NO_OTHER_MODULE = noClasses()
            .that()
            .resideInAPackage(COMMON)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(INGEST, PROCESSOR, CONSUMER, LOADER, LOCAL, CLI);

    @ArchTest
    static final ArchRule INGEST_KNOWS_COMMON_ONLY = noClasses()
            .that()
            .resideInAPackage(INGEST)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PROCESSOR, CONSUMER, LOADER, LOCAL, CLI);

    @ArchTest
    static final ArchRule PROCESSOR_KNOWS_COMMON_ONLY = noClasses()
            .that()
            .resideInAPackage(PROCESSOR)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(INGEST, CONSUMER, LOADER, LOCAL, CLI);

    @ArchTest
    static final ArchRule CONSUMER_KNOWS_WORKERS_AND_STAGING = noClasses()
            .that()
            .resideInAPackage(CONSUMER)
            .should()
            .dependOnClassesThat(resideInAnyPackage(INGEST, LOCAL, CLI)
                    .or(resideInAPackage(LOADER).and(not(resideInAPackage(STAGING)))));

    @ArchTest
    static final ArchRule LOADER_KNOWS_COMMON_ONLY = noClasses()
            .that()
            .resideInAPackage(LOADER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(INGEST, PROCESSOR, CONSUMER, LOCAL, CLI);

    @ArchTest
    static final ArchRule STAGING_KNOWS_NOTHING_OF_LOADING = noClasses()
            .that()
            .resideInAPackage(STAGING)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sluice.loader.load..", "dev.sluice.loader.audit..");

    @ArchTest
    static final ArchRule LOCAL_CLOUD_KNOWS_NO_SERVICE = noClasses()
            .that()
            .resideInAPackage(LOCAL)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(COMMON, INGEST, PROCESSOR, CONSUMER, LOADER, CLI);

    @ArchTest
    static final ArchRule NO_CYCLES_BETWEEN_PACKAGES =
            slices().matching("dev.sluice.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule COMMON_IS_PLAIN_OUTSIDE_ITS_AWS_PACKAGE = noClasses()
            .that(resideInAPackage(COMMON).and(not(resideInAPackage("dev.sluice.common.aws.."))))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "software.amazon..", "io.micrometer..");

    @ArchTest
    static final ArchRule WORKERS_KNOW_NO_FRAMEWORK = noClasses()
            .that()
            .resideInAPackage(PROCESSOR)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "software.amazon..", "java.sql..");

    /** Adapters carry the service's name, or that of AWS. The consumer is left out: as a whole it is the adapter to KCL. */
    @ArchTest
    static final ArchRule THE_SDK_ENDS_IN_ADAPTERS_AND_WIRING = noClasses()
            .that()
            .resideInAnyPackage(INGEST, LOADER)
            .and()
            .haveNameNotMatching(".*\\.(Kinesis|S3|Aws)\\w*(\\$.*)?")
            .and()
            .haveNameNotMatching(".*(Configuration|StagingClients|LoadFailure)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("software.amazon..");

    @ArchTest
    static final ArchRule JDBC_ENDS_IN_THE_LOADER = noClasses()
            .that()
            .resideInAnyPackage(COMMON, INGEST, PROCESSOR, CONSUMER, STAGING)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..");

    @ArchTest
    static final ArchRule NO_FIELD_INJECTION_AND_NO_POST_CONSTRUCT = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.springframework.beans.factory.annotation.Autowired")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("jakarta.annotation.PostConstruct")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.springframework.beans.factory.annotation.Value");

    /** It acknowledges all that was delivered, not what is durable; where the shard has ended that is the same. */
    @ArchTest
    static final ArchRule CHECKPOINTS_HAVE_A_POSITION_BUT_AT_THE_END_OF_A_SHARD = noClasses()
            .that()
            .resideInAPackage("dev.sluice..")
            .should(new ArchCondition<>("call checkpoint() outside of Checkpoints.shardEnd") {
                @Override
                public void check(JavaClass from, ConditionEvents events) {
                    // Accesses and not calls, so that a method reference counts too.
                    for (JavaAccess<?> access : from.getAccessesFromSelf()) {
                        boolean isBare = access.getTarget() instanceof CodeUnitAccessTarget target
                                && target.getName().equals("checkpoint")
                                && target.getRawParameterTypes().isEmpty()
                                && target.getOwner().isAssignableTo(RecordProcessorCheckpointer.class);
                        boolean isShardEnd = access.getOrigin().getFullName().contains(".Checkpoints.shardEnd(");
                        if (isBare) {
                            events.add(new SimpleConditionEvent(from, !isShardEnd, access.getDescription()));
                        }
                    }
                }
            });
}
