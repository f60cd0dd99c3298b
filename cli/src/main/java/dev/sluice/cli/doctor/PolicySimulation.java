package dev.sluice.cli.doctor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/** Who calls AWS, and what IAM says that this identity may do: a second opinion where a probe must not do the thing itself. */
final class PolicySimulation {
    private static final Pattern ASSUMED_ROLE =
            Pattern.compile("arn:(aws[a-z-]*):sts::([0-9]{12}):assumed-role/([^/]+)/.*");

    private final ServiceClients clients;

    PolicySimulation(ServiceClients clients) {
        this.clients = clients;
    }

    /** Who is asking. */
    Check identity() {
        return Check.of(
                "aws.identity",
                "GetCallerIdentity with the SDK's default chain of credentials",
                "give the task or instance its role, or set AWS_PROFILE or AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION",
                () -> clients.areStandIns()
                        ? Finding.skipped("the stand-ins take any credentials")
                        : Finding.ok(caller()));
    }

    /** Gives what a probe found, with IAM's opinion where it may be asked. */
    Finding confirm(String action, String resource, String found) {
        if (clients.areStandIns()) {
            return Finding.ok(found);
        }
        try {
            String principal = principal(caller());
            PolicyEvaluationDecisionType decision = clients
                    .iam()
                    .simulatePrincipalPolicy(r ->
                            r.policySourceArn(principal).actionNames(action).resourceArns(resource))
                    .evaluationResults()
                    .stream()
                    .map(EvaluationResult::evalDecision)
                    .findFirst()
                    .orElse(PolicyEvaluationDecisionType.UNKNOWN_TO_SDK_VERSION);
            return decision == PolicyEvaluationDecisionType.ALLOWED
                    ? Finding.ok(found + ", and the policies of " + principal + " allow " + action)
                    : Finding.warn(
                            found + ", but the policies of " + principal + " give " + decision + " for " + action,
                            "grant " + action + " on " + resource + " to " + principal);
        } catch (SdkException e) {
            return Finding.ok(found + "; the policies may not be asked (iam:SimulatePrincipalPolicy)");
        }
    }

    private String caller() {
        return clients.sts().getCallerIdentity().arn();
    }

    /** The role behind a session of it. The session's name has no path, so of a role with one IAM knows nothing here. */
    static String principal(String caller) {
        Matcher session = ASSUMED_ROLE.matcher(caller);
        return session.matches()
                ? "arn:" + session.group(1) + ":iam::" + session.group(2) + ":role/" + session.group(3)
                : caller;
    }
}
