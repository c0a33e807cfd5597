const both = {
  BillingMode: "PAY_PER_REQUEST",
  TimeToLiveSpecification: { AttributeName: "expires", Enabled: true },
  SSESpecification: { SSEEnabled: true },
};

/** What serverless.yml makes of DynamoDB. */
export const tables = {
  ReplayTable: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      ...both,
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "B" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
    },
  },
  RevocationTable: {
    Type: "AWS::DynamoDB::Table",
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: {
      ...both,
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "id", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "id", KeyType: "RANGE" },
      ],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  },
};
