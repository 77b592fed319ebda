data "aws_iam_policy_document" "app" {
  dynamic "statement" {
    for_each = var.on ? [1] : []
    content {
      sid       = "Maybe"
      actions   = ["sqs:CreateQueue", "sqs:DeleteQueue"]
      resources = ["*"]
    }
  }
  statement {
    sid       = "Mixed"
    actions   = concat(["s3:GetObject", "s3:Put*"], var.more)
    resources = ["*"]
  }
}

resource "aws_iam_user_policy" "app" {
  name   = "app"
  user   = aws_iam_user.app.name
  policy = data.aws_iam_policy_document.app.json
}

resource "aws_iam_user" "app" {
  name = "app"
}
